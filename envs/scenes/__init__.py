"""Procedural scenes, each built from a seed."""
