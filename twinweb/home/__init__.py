"""What waits for the person, what is new for them, the programme in numbers; help and health."""
