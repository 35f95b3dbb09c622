"""Losses of the heads, and the objective of a training step."""
