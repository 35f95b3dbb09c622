"""Pinhole cameras in the optical frame: x right, y down, z forward."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

# A MuJoCo (OpenGL) camera looks along -z with y up; columns are the optical axes in it.
MUJOCO_FROM_OPTICAL = np.diag([1.0, -1.0, -1.0])


@dataclasses.dataclass(frozen=True)
class Pinhole:
    """An ideal camera.

    Attributes:
        width: Image width in pixels.
        height: Image height in pixels.
        fx: Horizontal focal length in pixels.
        fy: Vertical focal length in pixels.
        cx: Column of the principal point in pixels.
        cy: Row of the principal point in pixels.
    """

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float

    @classmethod
    def from_fov(cls, width: int, height: int, vertical_fov_rad: float) -> Pinhole:
        """Return the camera with this field of view, square pixels and a centred axis."""
        focal = height / 2 / math.tan(vertical_fov_rad / 2)
        return cls(width, height, focal, focal, width / 2, height / 2)

    @property
    def vertical_fov_rad(self) -> float:
        """The angle between the image's top and bottom edges."""
        return 2 * math.atan(self.height / 2 / self.fy)

    def rays(self) -> NDArray[np.float64]:
        """Return (height, width, 3) directions through the pixel centres, with z = 1."""
        u = (np.arange(self.width) + 0.5 - self.cx) / self.fx
        v = (np.arange(self.height) + 0.5 - self.cy) / self.fy
        grid_u, grid_v = np.meshgrid(u, v)
        return np.stack([grid_u, grid_v, np.ones_like(grid_u)], axis=-1)

    def unproject(self, depth_m: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the points (height, width, 3) m at depths along the axis, (height, width) m."""
        return self.rays() * depth_m[..., None]

    def project(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the pixel coordinates (..., 2) of points (..., 3) m; NaN behind the camera."""
        z = np.where(points[..., 2] > 0, points[..., 2], np.nan)
        u = points[..., 0] / z * self.fx + self.cx
        v = points[..., 1] / z * self.fy + self.cy
        return np.stack([u, v], axis=-1)
