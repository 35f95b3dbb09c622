"""Losses of the heads, and the weight of each pixel in them."""
