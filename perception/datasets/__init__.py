"""Readers of labelled images: published layouts, own folders and rendered sets."""
