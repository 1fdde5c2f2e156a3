"""Search over all kinds, best first, with the hit shown in its text."""
