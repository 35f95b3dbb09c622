"""Scenes with a ceiling: offices and a warehouse."""
