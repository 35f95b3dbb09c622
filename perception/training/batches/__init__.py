"""Batches of labelled images, deterministic in seed and step."""
