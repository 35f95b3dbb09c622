"""The options of commands, and their defaults."""
