"""The height of the ground around robots, from the simulation.

The scan is privileged: on a robot, a map from the camera takes its place.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.robot.geometry.arrays import Array, Bools

# From 0.2 m behind a sole's centre to 0.3 m ahead of it, 0.1 m to either side.
FORWARD_M = np.arange(-2, 4) * 0.1
LEFT_M = np.arange(-1, 2) * 0.1
POINTS = np.stack(np.meshgrid(FORWARD_M, LEFT_M, indexing="ij"), axis=-1).reshape(-1, 2)


@dataclasses.dataclass(frozen=True)
class HeightScan:
    """The ground as N robots see it.

    Attributes:
        terrain: The ground.
        origin: Origins of heights and points in the world, (N, 3) m.
        yaw_rad: Yaws of the robots, (N,).
        sighted: Whether each robot sees; others know no height, (N,).
    """

    terrain: Terrain
    origin: Array
    yaw_rad: Array
    sighted: Bools

    def height(self, points: Array) -> Array:
        """Return the ground's height over the origins, (N, k) m, NaN for robots that don't see.

        Args:
            points: Places relative to the origins, x forward and y left of the robots, (N, k, 2) m.
        """
        sin, cos = np.sin(self.yaw_rad)[:, None], np.cos(self.yaw_rad)[:, None]
        x, y = points[..., 0], points[..., 1]
        over = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
        ground = self.terrain.height(over + self.origin[:, None, :2]) - self.origin[:, 2:]
        return np.where(self.sighted[:, None], ground, np.nan)


def scan_around_soles(terrain: Terrain, soles: Array, yaw_rad: Array) -> Array:
    """Return the height of the ground around soles relative to each sole.

    Args:
        terrain: The ground.
        soles: Centres of the soles in the world, (N, 2, 3) m.
        yaw_rad: Yaws of the robots, (N,).

    Returns:
        Heights at ``POINTS``, which are in the robots' own directions, (N, 2, 18) m.
    """
    count = len(soles)
    sighted = np.ones(2 * count, dtype=bool)
    scan = HeightScan(terrain, soles.reshape(-1, 3), np.repeat(yaw_rad, 2), sighted)
    points = np.broadcast_to(POINTS, (2 * count, *POINTS.shape))
    return scan.height(points).reshape(count, 2, -1)
