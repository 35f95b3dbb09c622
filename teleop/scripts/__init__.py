"""Scripted operators: they do the tasks through the same inputs as a person."""
