"""Evaluation of arm policies: how often and how far they finish a task, and under which faults."""
