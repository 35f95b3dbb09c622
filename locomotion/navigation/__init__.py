"""Walkable map and goal in, walking command out."""
