"""Procedural textures of cloth and carpet: (height, width, 3) uint8 RGB."""

from __future__ import annotations

import cv2
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, shade
from drive2walk.envs.scenes.appearance.noise import fractal
from drive2walk.robot.geometry.arrays import Image


def carpet(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return carpet: fine speckle, sometimes with stripes or with tiles of turned pile."""
    speckle = rng.normal(0, rng.uniform(0.04, 0.2), (size, size)).astype(np.float32)
    pile = cv2.GaussianBlur(speckle, (0, 0), rng.uniform(0.5, 1.2))
    pattern = fractal(rng, (size, size), (3, 3), 3) * 0.15
    axis = np.arange(size)
    style = rng.integers(4)
    if style == 0:
        stripe = np.sin(2 * np.pi * axis * rng.integers(3, 24) / size)
        pattern = pattern + 0.12 * np.sign(stripe)[None, :]
    elif style == 1:
        x, y = np.meshgrid(axis * 4 // size, axis * 4 // size)
        pattern = pattern + np.where((x + y) % 2, 0.05, -0.05)
    return shade(colour, pile + pattern)


def cloth(rng: Generator, colour: Colour, checked: bool, size: int = 128) -> Image:
    """Return woven stripes, or checks where stripes cross."""
    count = int(rng.integers(3, 14))
    stripe = (np.arange(size) * count // size % 2) * rng.uniform(0.2, 0.7)
    pattern = np.broadcast_to(stripe, (size, size))
    if checked:
        pattern = (pattern + pattern.T) / 2
    return shade(colour, rng.normal(0, 0.05, (size, size)) - pattern)
