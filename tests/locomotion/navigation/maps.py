"""Maps for the tests of navigation."""

import numpy as np

from drive2walk.robot.geometry.grid import Grid

GRID = Grid(-2.0, 6.0, -4.0, 4.0, 0.1)
RADIUS_M = 0.3
NOTHING = np.zeros(GRID.shape, dtype=bool)


def boxes(*rectangles: tuple[float, float, float, float]) -> np.ndarray:
    """Return the cells inside any of the rectangles (x0, x1, y0, y1) in metres."""
    centers = GRID.all_centers()
    x, y = centers[..., 0], centers[..., 1]
    inside = [(x > x0) & (x < x1) & (y > y0) & (y < y1) for x0, x1, y0, y1 in rectangles]
    return np.any(inside, axis=0) if inside else np.zeros(GRID.shape, dtype=bool)
