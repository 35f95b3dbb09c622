"""A regular grid on the ground, x forward (rows) and y left (columns)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Grid:
    """Square cells over a rectangle of the ground.

    Attributes:
        x_min_m: Lower edge along x, included.
        x_max_m: Upper edge along x, excluded.
        y_min_m: Lower edge along y, included.
        y_max_m: Upper edge along y, excluded.
        resolution_m: Edge length of a cell.
    """

    x_min_m: float
    x_max_m: float
    y_min_m: float
    y_max_m: float
    resolution_m: float

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells along x and along y."""
        rows = round((self.x_max_m - self.x_min_m) / self.resolution_m)
        columns = round((self.y_max_m - self.y_min_m) / self.resolution_m)
        return rows, columns

    def cells(self, points: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the cell indices (..., 2) of points (..., 2 or 3) m, also outside the grid."""
        origin = np.array([self.x_min_m, self.y_min_m])
        return np.floor((points[..., :2] - origin) / self.resolution_m).astype(np.int64)

    def centers(self, cells: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the centres (..., 2) m of cells (..., 2)."""
        origin = np.array([self.x_min_m, self.y_min_m])
        return origin + (cells + 0.5) * self.resolution_m

    def all_centers(self) -> NDArray[np.float64]:
        """Return the centre of every cell, (rows, columns, 2) m."""
        rows, columns = np.indices(self.shape)
        return self.centers(np.stack([rows, columns], axis=-1))

    def contains(self, cells: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which of the cells (..., 2) lie inside the grid."""
        rows, columns = self.shape
        row, column = cells[..., 0], cells[..., 1]
        return (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
