"""The eyes: trunk, heads, datasets, training and the walkable map."""
