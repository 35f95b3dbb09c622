"""Furniture, people and small things for scenes."""
