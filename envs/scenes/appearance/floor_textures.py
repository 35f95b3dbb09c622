"""Procedural textures of floors, tileable: (height, width, 3) uint8 RGB."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Colour, Generator, random_colour, shade
from drive2walk.envs.scenes.appearance.noise import fractal
from drive2walk.envs.scenes.appearance.textiles import carpet
from drive2walk.robot.geometry.arrays import Image


def planks(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return wooden boards along x: a tint for each board, grain along it, dark joints between."""
    rows = int(rng.integers(8, 20))
    row = np.arange(size) * rows // size
    board_length = size / rng.integers(1, 4)
    shift = rng.random(rows) * board_length
    along = (np.arange(size)[None, :] + shift[row][:, None]) % size
    board = (along // board_length).astype(int)
    contrast = rng.uniform(0.03, 0.16)
    tint = rng.normal(0, contrast, (rows, board.max() + 1))[row[:, None], board]
    grain = fractal(rng, (size, size), (48, 3), 3) * rng.uniform(0.1, 0.4)
    edge = np.arange(size) * rows % size < rows
    joint = edge[:, None] | (along % board_length < 1)
    return shade(colour, tint + grain - joint * rng.uniform(0.15, 0.5))


def parquet(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return a basket-weave parquet: square blocks of strips that turn by 90 degrees."""
    blocks, strips = 2 * int(rng.integers(2, 5)), int(rng.integers(4, 7))
    axis = np.arange(size) * blocks / size
    x, y = np.meshgrid(axis, axis)
    turned = (x.astype(int) + y.astype(int)) % 2 == 1
    across = np.where(turned, x % 1, y % 1) * strips
    tint = rng.normal(0, rng.uniform(0.04, 0.12), (blocks, blocks, strips))
    tint = tint[y.astype(int), x.astype(int), across.astype(int)]
    grain = np.where(
        turned, fractal(rng, (size, size), (4, 60), 2), fractal(rng, (size, size), (60, 4), 2)
    )
    joint = (across % 1 < 0.06) | (x % 1 < 0.02) | (y % 1 < 0.02)
    return shade(colour, tint + 0.25 * grain - joint * 0.3)


def tiles(rng: Generator, colour: Colour, size: int = 384, chequered: float = 0.2) -> Image:
    """Return ceramic tiles with grout, with probability ``chequered`` in two colours."""
    count = 2 * int(rng.integers(1, 5))
    axis = np.arange(size) * count / size
    x, y = np.meshgrid(axis, axis)
    cell_x, cell_y = x.astype(int), y.astype(int)
    tint = rng.normal(0, rng.uniform(0.01, 0.06), (count, count))[cell_y, cell_x]
    stain = fractal(rng, (size, size), (6, 6), 5) * rng.uniform(0.05, 0.3)
    base = np.broadcast_to(colour, (size, size, 3))
    if rng.random() < chequered:
        other = np.clip(colour * rng.uniform(0.3, 0.8), 0, 1)
        base = np.where(((cell_x + cell_y) % 2 == 1)[..., None], other, base)
    grout = rng.uniform(0.006, 0.025) * count / 2
    joint = (x % 1 < grout) | (y % 1 < grout)
    base = np.where(joint[..., None], random_colour(rng, (0.05, 0.15), (0, 0.2), (0.3, 0.9)), base)
    return shade(base, (tint + stain) * ~joint)


def concrete(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return poured concrete, vinyl or asphalt: clouds and grains of random strength."""
    clouds = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(0.05, 0.4)
    grains = rng.normal(0, rng.uniform(0.01, 0.12), (size, size))
    return shade(colour, clouds + grains)


def terrazzo(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return terrazzo: chips of several colours in a plain ground."""
    image = np.full((size, size, 3), colour * 255).astype(np.uint8)
    for _ in range(int(rng.integers(150, 700))):
        chip = random_colour(rng, (0, 0.2), (0, 0.5), (0.1, 1)) * 255
        centre = (int(rng.integers(size)), int(rng.integers(size)))
        axes = (int(rng.integers(1, 5)), int(rng.integers(1, 5)))
        cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, chip.tolist(), -1)
    return np.asarray(image, dtype=np.uint8)


def marble(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return marble slabs; the veins are sines bent by noise."""
    axis = np.arange(size) / size * 2 * np.pi
    x, y = np.meshgrid(axis, axis)
    bend = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(3, 8)
    vein = np.abs(np.sin((x * rng.integers(1, 3) + y * rng.integers(1, 3)) / 1 + bend)) ** 0.3
    slabs = int(rng.integers(2, 5))
    joint = (x * slabs % (2 * np.pi) < 0.05) | (y * slabs % (2 * np.pi) < 0.05)
    return shade(colour, (vein - 0.8) * rng.uniform(0.1, 0.6) - joint * 0.25)


FLOOR_TEXTURES: dict[str, Callable[..., Image]] = {
    "planks": planks,
    "parquet": parquet,
    "tiles": tiles,
    "carpet": carpet,
    "concrete": concrete,
    "terrazzo": terrazzo,
    "marble": marble,
}
