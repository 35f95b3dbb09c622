"""Commands of the legs."""
