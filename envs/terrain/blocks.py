"""Ground of square blocks."""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np

from drive2walk.envs.terrain.plane import FLAT
from drive2walk.envs.terrain.terrain import BASE_M, Terrain
from drive2walk.robot.contacts import WORLD_CONTACT
from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True, eq=False)
class Blocks(Terrain):
    """Square blocks side by side.

    Attributes:
        heights: Heights of the tops from 0 up, rows along +y and columns along +x, (n, n) m.
        tread_m: Width of a block.
    """

    heights: Array
    tread_m: float

    def height(self, points: Array) -> Array:
        """Return the height of the ground under points (..., 2) m, (...) m."""
        count = len(self.heights)
        at = np.clip(points / self.tread_m + count / 2, 0, count - 1).astype(np.intp)
        return self.heights[at[..., 1], at[..., 0]]

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a plane at height 0 and a box for each block that is higher."""
        FLAT.add_to(world)
        self.add_boxes(world)

    def add_boxes(self, world: mujoco.MjSpec) -> None:
        """Add a box for each block that is higher than 0."""
        half = self.tread_m / 2
        for row, column in np.argwhere(self.heights > 0):
            top = float(self.heights[row, column])
            x, y = ((i + 0.5 - len(self.heights) / 2) * self.tread_m for i in (column, row))
            world.worldbody.add_geom(
                name=f"ground_{row}_{column}",
                type=mujoco.mjtGeom.mjGEOM_BOX,
                pos=[x, y, (top - BASE_M) / 2],
                size=[half, half, (top + BASE_M) / 2],
                **WORLD_CONTACT,
            )
