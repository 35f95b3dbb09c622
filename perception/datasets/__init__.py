"""Labelled images: published datasets, a user's own folders and rendered sets."""
