"""Proof that the tests notice what must never happen: faults are planted one at a time."""
