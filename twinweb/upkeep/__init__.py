"""What keeps a deployment sound: checks, copies of it all, and what is kept no longer."""
