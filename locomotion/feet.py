"""Both feet of N robots: arrays whose second axis is (left, right)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def pick(per_foot: Array, foot: NDArray[np.intp]) -> Array:
    """Return the row of each robot's ``foot`` (N,) from (N, 2, ...)."""
    return per_foot[np.arange(len(foot)), foot]


def middle(soles: Array) -> Array:
    """Return the point between the soles' centres (N, 2, 3), (N, 2) m."""
    point: Array = soles[..., :2].mean(axis=1)
    return point


def side_of(foot: NDArray[np.intp]) -> Array:
    """Return +1 for a left and −1 for a right foot."""
    return np.where(foot == 0, 1.0, -1.0)


def yaw_rotation(yaw: Array) -> Array:
    """Return rotations about z by angles (N,), (N, 3, 3)."""
    rotation = np.zeros((len(yaw), 3, 3))
    sin, cos = np.sin(yaw), np.cos(yaw)
    rotation[:, 0, 0], rotation[:, 0, 1] = cos, -sin
    rotation[:, 1, 0], rotation[:, 1, 1] = sin, cos
    rotation[:, 2, 2] = 1.0
    return rotation
