"""Commands of the eyes."""
