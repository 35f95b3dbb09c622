"""Evaluation of operators that need no person: how often they finish a task."""
