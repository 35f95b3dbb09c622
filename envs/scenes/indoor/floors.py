"""Floors and rugs, painted into one image for a whole house."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.floor_textures import FLOOR_TEXTURES
from drive2walk.envs.scenes.appearance.textiles import carpet
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.scene import Bounds
from drive2walk.robot.geometry.arrays import Image

PIXELS_PER_M = 90


def draw_floor_pattern(rng: Generator) -> tuple[str, Image, float]:
    """Return a random floor: its kind, a tileable image and the length that it covers in metres."""
    kind = str(rng.choice(list(FLOOR_TEXTURES), p=[0.3, 0.1, 0.17, 0.2, 0.11, 0.06, 0.06]))
    if kind in ("planks", "parquet"):
        colour = random_colour(rng, (0.04, 0.12), (0.1, 0.65), (0.2, 0.95))
    elif kind == "carpet":
        colour = random_colour(rng, (0, 1), (0, 0.5 if rng.random() < 0.4 else 0.2), (0.12, 0.8))
    else:
        vivid = rng.random() < 0.2
        saturation = (0.15, 0.5) if vivid else (0.0, 0.18)
        colour = random_colour(rng, (0.02, 0.65), saturation, (0.15, 0.98))
    image = FLOOR_TEXTURES[kind](rng, colour)
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image.transpose(1, 0, 2))
    return kind, image, float(rng.uniform(1.2, 2.6))


def draw_rug_pattern(rng: Generator) -> Image:
    """Return a random rug's image, often with a border."""
    pattern = carpet(rng, random_colour(rng, (0, 1), (0, 0.7), (0.15, 0.9)))
    border = (random_colour(rng, (0, 1), (0, 0.7), (0.15, 0.9)) * 255).tolist()
    if rng.random() < 0.6:
        inset = int(rng.integers(2, 20))
        corners = (inset, inset), (255 - inset, 255 - inset)
        cv2.rectangle(pattern, *corners, border, int(rng.integers(2, 14)))
    return pattern


class FloorCanvas:
    """One image of the ground of a whole house.

    One image makes one geom, and MuJoCo renders the world once more for each mirroring geom.

    Args:
        bounds: Extent of the ground.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        x0, x1, y0, y1 = bounds
        self._shape = (round((y1 - y0) * PIXELS_PER_M), round((x1 - x0) * PIXELS_PER_M))
        self._image = np.zeros((*self._shape, 3), dtype=np.uint8)

    def paint(
        self, rectangle: Bounds, pattern: Image, tile_m: float, origin: tuple[float, float]
    ) -> None:
        """Cover a rectangle with a pattern.

        Args:
            rectangle: Part of the ground.
            pattern: Square tileable image.
            tile_m: Length that the image covers.
            origin: Point (x, y) at which the pattern starts, m.
        """
        x0, x1, y0, y1 = rectangle
        # An image's first row is at the largest y.
        left = max(0, round((x0 - self._bounds[0]) * PIXELS_PER_M))
        right = min(self._shape[1], round((x1 - self._bounds[0]) * PIXELS_PER_M))
        top = max(0, round((self._bounds[3] - y1) * PIXELS_PER_M))
        bottom = min(self._shape[0], round((self._bounds[3] - y0) * PIXELS_PER_M))
        x = self._bounds[0] + (np.arange(left, right) + 0.5) / PIXELS_PER_M
        y = self._bounds[3] - (np.arange(top, bottom) + 0.5) / PIXELS_PER_M
        size = pattern.shape[0]
        column = ((x - origin[0]) / tile_m * size).astype(int) % size
        row = ((y - origin[1]) / tile_m * size).astype(int) % size
        self._image[top:bottom, left:right] = pattern[row[:, None], column[None, :]]

    def add_to(self, b: SceneBuilder, lightmap: NDArray[np.float32], reflectance: float) -> None:
        """Add the floor to a scene.

        Args:
            b: Builder of the scene.
            lightmap: Brightness of the ground, (cells along x, cells along y).
            reflectance: Strength of reflections, 0..1.
        """
        x0, x1, y0, y1 = self._bounds
        size = self._shape[::-1]
        # Rows of the lightmap run along x; the image's rows run along -y.
        brightness = cv2.resize(np.ascontiguousarray(lightmap.T[::-1]), size)
        image = np.clip(self._image * brightness[..., None], 0, 255).astype(np.uint8)
        look = b.materials.stretched("floor", image, reflectance=reflectance)
        b.ground(
            "ground_floor", (x1 - x0, y1 - y0), ((x0 + x1) / 2, (y0 + y1) / 2, 0), "floor", look
        )
