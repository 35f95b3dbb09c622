"""The network: trunk, neck and heads, and its weight files."""
