"""A regular grid on the ground, x forward (rows) and y left (columns)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Grid:
    """Cells of ``resolution_m`` covering x in [x_min, x_max) and y in [y_min, y_max), metres."""

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
        """Return the (..., 2) cell indices of points (..., 2 or 3), also outside the grid."""
        origin = np.array([self.x_min_m, self.y_min_m])
        return np.floor((points[..., :2] - origin) / self.resolution_m).astype(np.int64)

    def centers(self, cells: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the (..., 2) centres in metres of cells (..., 2)."""
        origin = np.array([self.x_min_m, self.y_min_m])
        return origin + (cells + 0.5) * self.resolution_m

    def all_centers(self) -> NDArray[np.float64]:
        """Return the centre in metres of every cell, (rows, columns, 2)."""
        rows, columns = np.indices(self.shape)
        return self.centers(np.stack([rows, columns], axis=-1))

    def contains(self, cells: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which of the cells (..., 2) lie inside the grid."""
        rows, columns = self.shape
        row, column = cells[..., 0], cells[..., 1]
        return (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
