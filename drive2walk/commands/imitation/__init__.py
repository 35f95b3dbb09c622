"""Commands of policies that imitate demonstrations."""
