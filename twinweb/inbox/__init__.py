"""What a person was told: the page of notices, the mail of the day, and the link for a forgotten password."""
