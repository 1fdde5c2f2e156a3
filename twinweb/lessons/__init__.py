"""Lessons: what an office learned, written so that another can use it."""
