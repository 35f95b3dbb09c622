"""Procedural images, tileable where a surface repeats: (height, width, 3) uint8 RGB."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Image

Colour = NDArray[np.float64]
Generator = np.random.Generator


def noise(rng: Generator, size: tuple[int, int], cells: tuple[int, int]) -> NDArray[np.float32]:
    """Return tileable smooth noise in 0..1 with ``cells`` (rows, columns) bumps, of ``size``."""
    rows, columns = min(cells[0], size[0]), min(cells[1], size[1])
    coarse = np.pad(rng.random((rows, columns), dtype=np.float32), 2, mode="wrap")
    step = (size[0] / rows, size[1] / columns)
    padded = (round(step[1] * (columns + 4)), round(step[0] * (rows + 4)))
    fine = cv2.resize(coarse, padded, interpolation=cv2.INTER_CUBIC)
    top, left = round(2 * step[0]), round(2 * step[1])
    return np.asarray(fine[top : top + size[0], left : left + size[1]], dtype=np.float32)


def fractal(
    rng: Generator, size: tuple[int, int], cells: tuple[int, int] = (4, 4), octaves: int = 4
) -> NDArray[np.float32]:
    """Return tileable noise in about -1..1, each octave twice as fine and half as strong."""
    total = np.zeros(size, dtype=np.float32)
    for octave in range(octaves):
        scale = 2**octave
        total += (noise(rng, size, (cells[0] * scale, cells[1] * scale)) - 0.5) / scale
    return total


def shade(colour: Colour, brightness: NDArray[np.floating]) -> Image:
    """Return ``colour`` (3,) or (H, W, 3) in 0..1 times 1 + ``brightness`` (H, W), as an image."""
    image = np.asarray(colour) * (1.0 + brightness[..., None])
    return np.ascontiguousarray(np.clip(image * 255, 0, 255), dtype=np.uint8)


def random_colour(
    rng: Generator,
    hue: tuple[float, float] = (0, 1),
    saturation: tuple[float, float] = (0, 1),
    value: tuple[float, float] = (0, 1),
) -> Colour:
    """Return an RGB colour (3,) in 0..1, uniform in these ranges of hue, saturation, value."""
    hsv = [rng.uniform(*hue) % 1 * 360, rng.uniform(*saturation), rng.uniform(*value)]
    pixel = np.array([[hsv]], dtype=np.float32)
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0], dtype=np.float64)


def planks(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return wooden boards along x: a tint for each board, grain along it, dark joints."""
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
    """Return ceramic tiles with grout; a share ``chequered`` of them in two colours."""
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


def carpet(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return pile: fine speckle, sometimes stripes or carpet tiles of turned pile."""
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


def concrete(rng: Generator, colour: Colour, size: int = 256) -> Image:
    """Return poured concrete, vinyl or asphalt: clouds and grains of random strength."""
    clouds = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(0.05, 0.4)
    grains = rng.normal(0, rng.uniform(0.01, 0.12), (size, size))
    return shade(colour, clouds + grains)


def terrazzo(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return chips of several colours in a plain ground."""
    image = np.full((size, size, 3), colour * 255).astype(np.uint8)
    for _ in range(int(rng.integers(150, 700))):
        chip = random_colour(rng, (0, 0.2), (0, 0.5), (0.1, 1)) * 255
        centre = (int(rng.integers(size)), int(rng.integers(size)))
        axes = (int(rng.integers(1, 5)), int(rng.integers(1, 5)))
        cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, chip.tolist(), -1)
    return np.asarray(image, dtype=np.uint8)


def marble(rng: Generator, colour: Colour, size: int = 384) -> Image:
    """Return stone slabs with veins: sines bent by noise."""
    axis = np.arange(size) / size * 2 * np.pi
    x, y = np.meshgrid(axis, axis)
    bend = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(3, 8)
    vein = np.abs(np.sin((x * rng.integers(1, 3) + y * rng.integers(1, 3)) / 1 + bend)) ** 0.3
    slabs = int(rng.integers(2, 5))
    joint = (x * slabs % (2 * np.pi) < 0.05) | (y * slabs % (2 * np.pi) < 0.05)
    return shade(colour, (vein - 0.8) * rng.uniform(0.1, 0.6) - joint * 0.25)


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
    """Return painted plaster: faint clouds, darker towards floor and ceiling (never tiled in y)."""
    clouds = fractal(rng, (size, size), (3, 3), 5) * rng.uniform(0.01, 0.15)
    height = np.linspace(1, 0, size)
    corner = rng.uniform(0.05, 0.35) * (np.exp(-height / 0.08) + np.exp(-(1 - height) / 0.1))
    grains = rng.normal(0, rng.uniform(0, 0.03), (size, size))
    # Light pools, as lamps and windows throw them on a wall.
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


def cloth(rng: Generator, colour: Colour, checked: bool, size: int = 128) -> Image:
    """Return woven stripes, or checks where stripes cross."""
    count = int(rng.integers(3, 14))
    stripe = (np.arange(size) * count // size % 2) * rng.uniform(0.2, 0.7)
    pattern = np.broadcast_to(stripe, (size, size))
    if checked:
        pattern = (pattern + pattern.T) / 2
    return shade(colour, rng.normal(0, 0.05, (size, size)) - pattern)


FLOOR_TEXTURES: dict[str, Callable[..., Image]] = {
    "planks": planks,
    "parquet": parquet,
    "tiles": tiles,
    "carpet": carpet,
    "concrete": concrete,
    "terrazzo": terrazzo,
    "marble": marble,
}
WALL_TEXTURES: dict[str, Callable[..., Image]] = {
    "plaster": plaster,
    "wallpaper": wallpaper,
    "bricks": bricks,
    "concrete": concrete,
    "planks": planks,
    "tiles": tiles,
}
