"""What the application costs, against what it may cost and against others, on this machine: `make bench`."""
