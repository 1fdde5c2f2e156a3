"""What must be true of TwinWeb, by feature."""
