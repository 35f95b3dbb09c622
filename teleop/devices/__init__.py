"""What an operator holds: every device gives the same kind of input."""
