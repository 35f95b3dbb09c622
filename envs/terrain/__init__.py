"""Flat and uneven ground for walking robots."""
