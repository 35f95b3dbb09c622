"""Scenes with walls: offices and a warehouse."""
