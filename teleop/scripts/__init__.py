"""Scripted operators: they do the tasks through the same device interface as people."""
