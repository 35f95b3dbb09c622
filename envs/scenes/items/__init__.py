"""Furniture, people and small things that a scene is filled with."""
