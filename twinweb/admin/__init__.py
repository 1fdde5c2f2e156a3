"""Pages of the admins: users, sectors, parties, and the list of what was done."""
