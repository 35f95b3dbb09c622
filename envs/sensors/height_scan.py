"""The ground around robots, as only the simulator knows it: a privileged sensor.

A map from the camera takes its place on a robot.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.robot.geometry.arrays import Array

# From 0.2 m behind a sole's centre to 0.3 m ahead of it, 0.1 m to either side.
FORWARD_M = np.arange(-2, 4) * 0.1
LEFT_M = np.arange(-1, 2) * 0.1
POINTS = np.stack(np.meshgrid(FORWARD_M, LEFT_M, indexing="ij"), axis=-1).reshape(-1, 2)


@dataclasses.dataclass(frozen=True)
class HeightScan:
    """The ground as N robots see it.

    Attributes:
        terrain: the ground.
        origin: the places in the world that heights and points are relative to, (N, 3) m.
        yaw_rad: which way the robots face, (N,).
        sighted: which of them see; the others know no height, (N,).
    """

    terrain: Terrain
    origin: Array
    yaw_rad: Array
    sighted: NDArray[np.bool_]

    def height(self, points: Array) -> Array:
        """Return the ground's height over the origins, (N, k) m, NaN for robots that don't see.

        Args:
            points: from the origins, x forward and y left of the robots, (N, k, 2) m.
        """
        sin, cos = np.sin(self.yaw_rad)[:, None], np.cos(self.yaw_rad)[:, None]
        x, y = points[..., 0], points[..., 1]
        over = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
        ground = self.terrain.height(over + self.origin[:, None, :2]) - self.origin[:, 2:]
        return np.where(self.sighted[:, None], ground, np.nan)


def around_soles(terrain: Terrain, soles: Array, yaw_rad: Array) -> Array:
    """Return how high the ground is around soles, less each sole's own height.

    Args:
        terrain: the ground.
        soles: the soles' centres in the world, (N, 2, 3) m.
        yaw_rad: which way the robots face, (N,).

    Returns:
        Heights in metres, (N, 2, 18): for each of ``POINTS``, in the robot's own directions.
    """
    count = len(soles)
    sighted = np.ones(2 * count, dtype=bool)
    scan = HeightScan(terrain, soles.reshape(-1, 3), np.repeat(yaw_rad, 2), sighted)
    points = np.broadcast_to(POINTS, (2 * count, *POINTS.shape))
    return scan.height(points).reshape(count, 2, -1)
