"""Rotations and transforms, cameras, and grids on the ground."""
