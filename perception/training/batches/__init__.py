"""Batches of labelled images, determined by seed and step."""
