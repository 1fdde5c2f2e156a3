"""Pages that every kind of entry has: its list, an entry, writing one, and the acts of its office."""
