"""Labelled frames of scenes, rendered to a dataset folder."""
