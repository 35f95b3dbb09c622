"""The arms: what moves the upper body."""
