"""Perception: the network, its datasets and training, and the map of walkable ground."""
