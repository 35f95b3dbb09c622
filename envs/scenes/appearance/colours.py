"""Random colours, and images of one colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Image

Colour = NDArray[np.float64]
Generator = np.random.Generator


def random_colour(
    rng: Generator,
    hue: tuple[float, float] = (0, 1),
    saturation: tuple[float, float] = (0, 1),
    value: tuple[float, float] = (0, 1),
) -> Colour:
    """Return an RGB colour (3,) in 0..1, uniform in these ranges of hue, saturation and value.

    Args:
        rng: Source of the colour.
        hue: Range of the hue, 1 for the whole circle; it may extend beyond 1.
        saturation: Range of the saturation, 0..1.
        value: Range of the value, 0..1.
    """
    hsv = [rng.uniform(*hue) % 1 * 360, rng.uniform(*saturation), rng.uniform(*value)]
    pixel = np.array([[hsv]], dtype=np.float32)
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0], dtype=np.float64)


def shade(colour: Colour, brightness: NDArray[np.floating]) -> Image:
    """Return an image (H, W, 3) uint8 of a colour times 1 + ``brightness``.

    Args:
        colour: RGB in 0..1, (3,) or (H, W, 3).
        brightness: Relative difference in brightness of each pixel, (H, W).
    """
    image = np.asarray(colour) * (1.0 + brightness[..., None])
    return np.ascontiguousarray(np.clip(image * 255, 0, 255), dtype=np.uint8)
