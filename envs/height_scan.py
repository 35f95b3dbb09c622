"""The ground around the feet, as only the simulator knows it: a privileged sensor.

A map from the camera takes its place on a robot.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.terrain import Terrain

Array = NDArray[np.float64]

# From 0.2 m behind a sole's centre to 0.3 m ahead of it, 0.1 m to either side.
FORWARD_M = np.arange(-2, 4) * 0.1
LEFT_M = np.arange(-1, 2) * 0.1
POINTS = np.stack(np.meshgrid(FORWARD_M, LEFT_M, indexing="ij"), axis=-1).reshape(-1, 2)


def height_scan(terrain: Terrain, soles: Array, yaw_rad: Array) -> Array:
    """Return how high the ground is around soles, less each sole's own height.

    Args:
        terrain: the ground.
        soles: the soles' centres in the world, (N, 2, 3) m.
        yaw_rad: which way the robots face, (N,).

    Returns:
        Heights in metres, (N, 2, 18): for each of ``POINTS``, in the robot's own directions.
    """
    sin, cos = np.sin(yaw_rad), np.cos(yaw_rad)
    x, y = POINTS.T
    over = np.stack([np.outer(cos, x) - np.outer(sin, y), np.outer(sin, x) + np.outer(cos, y)], -1)
    points = soles[:, :, None, :2] + over[:, None]
    return terrain.height(points) - soles[:, :, 2:]
