"""Workshops: where the partners met, who was there, and what it was for."""
