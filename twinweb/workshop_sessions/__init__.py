"""Sessions of workshops: the minutes of an hour, while it runs or after."""
