"""Augmentation: other light, another camera, another crop."""
