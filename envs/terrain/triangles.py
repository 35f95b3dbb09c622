"""Ground of triangles: a height field."""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np

from drive2walk.envs.terrain.terrain import BASE_M, Terrain
from drive2walk.robot.contacts import WORLD_CONTACT
from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True, eq=False)
class Triangles(Terrain):
    """Heights at the nodes of a square grid, with two triangles in each cell.

    Attributes:
        heights: Heights from 0 up, rows along +y and columns along +x, (n, n) m.
        cell_m: Distance between two nodes.
    """

    heights: Array
    cell_m: float

    def height(self, points: Array) -> Array:
        """Return the height of the ground under points (..., 2) m, (...) m."""
        last = len(self.heights) - 1
        at = np.clip(points / self.cell_m + last / 2, 0, last - 1e-9)
        corner = at.astype(np.intp)
        column, row = corner[..., 0], corner[..., 1]
        u, v = np.moveaxis(at - corner, -1, 0)
        h = self.heights
        right, far = h[row, column + 1], h[row + 1, column]
        near, across = h[row, column], h[row + 1, column + 1]
        # MuJoCo cuts a cell from its near left to its far right corner.
        below = near + u * (right - near) + v * (across - right)
        above = near + v * (far - near) + u * (across - far)
        return np.where(u >= v, below, above)

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a height field."""
        top, count = float(self.heights.max()), len(self.heights)
        reach = self.cell_m * (count - 1) / 2
        world.add_hfield(
            name="ground",
            nrow=count,
            ncol=count,
            size=[reach, reach, top, BASE_M],
            userdata=(self.heights / top).ravel(),
        )
        world.worldbody.add_geom(
            name="ground",
            type=mujoco.mjtGeom.mjGEOM_HFIELD,
            hfieldname="ground",
            **WORLD_CONTACT,
        )
