"""The sample programme, its accounts, and synthetic lessons for measuring."""
