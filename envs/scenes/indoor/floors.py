"""Floors and rugs whose textures hold soft contact shadows, light pools and sun patches.

MuJoCo lights corners of a face only, so light that varies across a floor is painted into
its texture: it costs nothing when rendering.
"""

from __future__ import annotations

import dataclasses

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from drive2walk.envs.scenes.appearance.textures import (
    FLOOR_TEXTURES,
    Generator,
    Image,
    carpet,
    random_colour,
)
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.free_space import RESOLUTION_M, blocked_cells
from drive2walk.envs.scenes.indoor.layout import FloorPlan
from drive2walk.robot.geometry.grid import Grid

PIXELS_PER_M = 90
Rectangle = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class Lightmap:
    """Brightness of the ground over a grid's cells (along x, along y); 1 is unshaded."""

    brightness: NDArray[np.float32]


def draw_lightmap(
    rng: Generator, spec: mujoco.MjSpec, bounds: Rectangle, suns: list[Rectangle]
) -> Lightmap:
    """Return shadows under and around what stands in ``spec``, lamp pools and sun patches."""
    grid = Grid(*bounds, RESOLUTION_M)
    blocked = blocked_cells(spec, grid).astype(np.float32)
    near = ndimage.gaussian_filter(blocked, rng.uniform(0.8, 2.0))
    far = ndimage.gaussian_filter(blocked, rng.uniform(4.0, 10.0))
    light = 1 - rng.uniform(0.15, 0.5) * near - rng.uniform(0.05, 0.35) * far
    pools = np.asarray(cv2.resize(rng.random((6, 6)), light.shape[::-1], interpolation=2))
    light = light * (1 + rng.uniform(0, 0.4) * (pools - 0.5))
    if suns:
        patch = np.zeros(grid.shape, dtype=np.float32)
        slant = float(rng.uniform(-0.8, 0.8))
        for rectangle in suns:
            _sun_patch(patch, grid, rectangle, slant)
        soft = ndimage.gaussian_filter(patch, rng.uniform(0.3, 1.0))
        light = light * (1 + rng.uniform(0.3, 1.2) * soft * (1 - near))
    return Lightmap(light.astype(np.float32))


def _sun_patch(patch: NDArray[np.float32], grid: Grid, rectangle: Rectangle, slant: float) -> None:
    x0, x1, y0, y1 = rectangle
    shift = slant * (y1 - y0)
    corners = np.array([[x0, y0], [x1, y0], [x1 + shift, y1], [x0 + shift, y1]])
    cells = grid.cells(corners)[:, ::-1].astype(np.int32)
    cv2.fillConvexPoly(patch, cells, 1.0)


def window_light(rng: Generator, plan: FloorPlan) -> list[Rectangle]:
    """Return rectangles (x0, x1, y0, y1) near outer walls where the sun may fall in."""
    patches: list[Rectangle] = []
    side = str(rng.choice(["x-", "x+", "y-", "y+"]))
    for room in plan.rooms:
        if not plan.is_outer(room, side):
            continue
        for _ in range(int(rng.integers(1, 4))):
            w, d = (float(v) for v in rng.uniform(0.3, 1.4, 2))
            x = float(rng.uniform(room.x0, room.x1 - w))
            y = float(rng.uniform(room.y0, room.y1 - d))
            if side[0] == "x":
                x = room.x0 + 0.4 if side == "x-" else room.x1 - w - 0.4
            else:
                y = room.y0 + 0.4 if side == "y-" else room.y1 - d - 0.4
            patches.append((x, x + w, y, y + d))
    return patches


def floor_pattern(rng: Generator) -> tuple[str, Image, float]:
    """Return a floor's kind, its tileable image and the length in metres that it covers."""
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


class FloorCanvas:
    """One image of the ground of a whole house, and how much it mirrors.

    One image makes one geom, and MuJoCo renders the world once more for each mirroring geom.
    """

    def __init__(self, bounds: Rectangle) -> None:
        self._bounds = bounds
        x0, x1, y0, y1 = bounds
        self._shape = (round((y1 - y0) * PIXELS_PER_M), round((x1 - x0) * PIXELS_PER_M))
        self._image = np.zeros((*self._shape, 3), dtype=np.uint8)

    def paint(
        self, rectangle: Rectangle, pattern: Image, tile_m: float, origin: tuple[float, float]
    ) -> None:
        """Cover a rectangle (x0, x1, y0, y1) with a pattern that repeats from ``origin``."""
        x0, x1, y0, y1 = rectangle
        # An image's first row lies at the largest y.
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

    def lay(self, b: SceneBuilder, light: Lightmap, reflectance: float) -> None:
        """Add the floor to the scene under the light that falls on it."""
        x0, x1, y0, y1 = self._bounds
        size = self._shape[::-1]
        # Rows of the lightmap run along x; the image's rows run along -y.
        brightness = cv2.resize(np.ascontiguousarray(light.brightness.T[::-1]), size)
        image = np.clip(self._image * brightness[..., None], 0, 255).astype(np.uint8)
        look = b.materials.stretched("floor", image, reflectance=reflectance)
        b.ground(
            "ground_floor", (x1 - x0, y1 - y0), ((x0 + x1) / 2, (y0 + y1) / 2, 0), "floor", look
        )


def rug_pattern(rng: Generator) -> Image:
    """Return a rug's image, often with a border."""
    pattern = carpet(rng, random_colour(rng, (0, 1), (0, 0.7), (0.15, 0.9)))
    border = (random_colour(rng, (0, 1), (0, 0.7), (0.15, 0.9)) * 255).tolist()
    if rng.random() < 0.6:
        inset = int(rng.integers(2, 20))
        corners = (inset, inset), (255 - inset, 255 - inset)
        cv2.rectangle(pattern, *corners, border, int(rng.integers(2, 14)))
    return pattern
