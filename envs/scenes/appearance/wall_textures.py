"""Procedural textures of walls: (height, width, 3) uint8 RGB."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour, shade
from drive2walk.envs.scenes.appearance.floor_textures import concrete, planks, tiles
from drive2walk.envs.scenes.appearance.noise import fractal, noise
from drive2walk.robot.geometry.arrays import Image


def bricks(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return a running bond of bricks with mortar."""
    rows, columns = 2 * int(rng.integers(6, 12)), int(rng.integers(4, 8))
    y = np.arange(size) * rows / size
    x = np.arange(size) * columns / size
    shifted = (x[None, :] + (y.astype(int) % 2)[:, None] * 0.5) % columns
    tint = rng.normal(0, rng.uniform(0.05, 0.2), (rows, columns))
    tint = tint[y.astype(int)[:, None], shifted.astype(int)]
    rough = fractal(rng, (size, size), (16, 16), 4) * 0.3
    mortar = (shifted % 1 < 0.05) | (y % 1 < 0.12)[:, None]
    joint_colour = random_colour(rng, (0.05, 0.15), (0, 0.2), (0.3, 0.85))
    base = np.where(mortar[..., None], joint_colour, colour)
    return shade(base, np.where(mortar, 0, tint) + rough)


def plaster(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return painted plaster: faint clouds, darker towards floor and ceiling; not tileable in y."""
    clouds = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(0.01, 0.15)
    height = np.linspace(1, 0, size)
    corner = rng.uniform(0.05, 0.35) * (np.exp(-height / 0.08) + np.exp(-(1 - height) / 0.1))
    grains = rng.normal(0, rng.uniform(0, 0.03), (size, size))
    # Pools of light from lamps and windows.
    pools = rng.uniform(0, 0.6) * (noise(rng, (size, size), (2, 3)) - 0.6)
    return shade(colour, clouds + grains + pools - corner[:, None])


def wallpaper(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return stripes, panels or dots on a painted wall."""
    image = plaster(rng, colour, size)
    other = np.clip(colour * rng.uniform(0.6, 1.3) + rng.normal(0, 0.05, 3), 0, 1) * 255
    style = rng.integers(4)
    count = int(rng.integers(4, 16))
    axis = np.arange(size) * count // size
    if style == 0:
        image[:, axis % 2 == 0] = image[:, axis % 2 == 0] * 0.4 + other * 0.6
    elif style == 1:
        for x in range(0, size, size // count):
            for y in range(0, size, size // count):
                radius = max(1, size // count // 5)
                cv2.circle(image, (x + radius, y + radius), radius, other.tolist(), -1)
    elif style == 2:
        lower = int(size * rng.uniform(0.55, 0.75))
        image[lower:] = image[lower:] * 0.2 + other * 0.8
        image[lower : lower + 3] = 0.7 * image[lower : lower + 3]
    else:
        image[:, np.arange(size) * count % size < count * 2] = other * 0.8
    return image


WALL_TEXTURES: dict[str, Callable[..., Image]] = {
    "plaster": plaster,
    "wallpaper": wallpaper,
    "bricks": bricks,
    "concrete": concrete,
    "planks": planks,
    "tiles": tiles,
}
