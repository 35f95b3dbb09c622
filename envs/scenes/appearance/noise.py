"""Tileable noise for procedural textures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.appearance.colours import Generator


def noise(rng: Generator, size: tuple[int, int], cells: tuple[int, int]) -> NDArray[np.float32]:
    """Return tileable smooth noise in about 0..1, of ``size``, with ``cells`` bumps each way."""
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
    """Return tileable noise in about -1..1, ``size``.

    Args:
        rng: Source of the noise.
        size: Height and width in pixels.
        cells: Bumps along the height and the width in the first octave.
        octaves: Layers of noise; each is twice as fine and half as strong as the one before.
    """
    total = np.zeros(size, dtype=np.float32)
    for octave in range(octaves):
        scale = 2**octave
        total += (noise(rng, size, (cells[0] * scale, cells[1] * scale)) - 0.5) / scale
    return total
