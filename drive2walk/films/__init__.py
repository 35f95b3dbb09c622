"""Films of walking robots."""
