"""Once is once: what is sent again, by a double press or after a lost answer, is done one time."""
