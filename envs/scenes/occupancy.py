"""The ground that is taken while a scene is furnished."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.scene import Bounds
from drive2walk.robot.geometry.grid import Grid

RESOLUTION_M = 0.05


class Occupancy:
    """A grid of taken cells; everything outside its bounds is taken.

    Rectangles are given by their centre in metres, their edges along their own x and y axes, and
    their yaw.

    Args:
        bounds: Extent of the grid.
    """

    def __init__(self, bounds: Bounds) -> None:
        x0, x1, y0, y1 = bounds
        self._grid = Grid(x0, x1, y0, y1, RESOLUTION_M)
        self._taken = np.zeros(self._grid.shape, dtype=np.uint8)

    def fits(self, x: float, y: float, width: float, depth: float, yaw: float) -> bool:
        """Return whether a rectangle is free."""
        nx, ny = (max(2, math.ceil(edge / RESOLUTION_M) + 1) for edge in (width, depth))
        u, v = np.meshgrid(np.linspace(-0.5, 0.5, nx) * width, np.linspace(-0.5, 0.5, ny) * depth)
        cos, sin = math.cos(yaw), math.sin(yaw)
        points = np.stack([x + cos * u - sin * v, y + sin * u + cos * v], axis=-1)
        cells = self._grid.cells(points)
        if not self._grid.contains(cells).all():
            return False
        return not self._taken[cells[..., 0], cells[..., 1]].any()

    def take(self, x: float, y: float, width: float, depth: float, yaw: float = 0.0) -> None:
        """Mark a rectangle as taken."""
        cos, sin = math.cos(yaw), math.sin(yaw)
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
        points = np.array(
            [
                (x + cos * a * width / 2 - sin * b * depth / 2,
                 y + sin * a * width / 2 + cos * b * depth / 2)
                for a, b in corners
            ]
        )  # fmt: skip
        cells: NDArray[np.int64] = self._grid.cells(points)
        # OpenCV's points are (column, row), the grid's cells (row, column).
        cv2.fillConvexPoly(self._taken, cells[:, ::-1].astype(np.int32), 1)
