"""Comparisons and searches over many trainings or trials."""
