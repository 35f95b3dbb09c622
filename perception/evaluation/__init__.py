"""Scores of a network on labelled images, and its latency."""
