"""What a person was told: the page of notices, and the digest of a day by mail."""
