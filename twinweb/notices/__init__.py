"""What people are told: written in the transaction that did it, read by whom it was told alone."""
