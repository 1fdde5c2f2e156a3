"""Partnerships: who works with whom, on what, and how far they are."""
