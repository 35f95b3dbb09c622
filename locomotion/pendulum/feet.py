"""Both feet of N robots: arrays whose second axis is (left, right)."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Ids


def pick(per_foot: Array, foot: Ids) -> Array:
    """Return the entry of each robot's ``foot`` (N,) in (N, 2, ...)."""
    return per_foot[np.arange(len(foot)), foot]


def middle(soles: Array) -> Array:
    """Return the point between the soles' centres (N, 2, 3), (N, 2) m."""
    point: Array = (soles[:, 0, :2] + soles[:, 1, :2]) / 2
    return point


def side_of(foot: Ids) -> Array:
    """Return +1 for a left and −1 for a right foot."""
    return np.where(foot == 0, 1.0, -1.0)


def keep_apart(point: Array, side: Array, yaw: Array, distance_m: float) -> Array:
    """Return points moved sideways until they are far enough from the other foot.

    Args:
        point: Points relative to the other foot's sole centre, upright frame, (N, 2) m.
        side: +1 for points of left feet and −1 for right ones, (N,).
        yaw: Directions along which the feet must pass each other, (N, k) rad.
        distance_m: Least distance across each of these directions.
    """
    lean = side[:, None] * np.sin(yaw) * point[:, :1]
    least = ((distance_m + lean) / np.cos(yaw)).max(axis=1)
    return np.array([point[:, 0], side * np.maximum(side * point[:, 1], least)]).T


def to_world(soles: Array, base_position: Array, base_yaw_rad: Array) -> Array:
    """Return where soles (N, 2, 3) of the upright frame are in the world, (N, 2, 2) m.

    Args:
        soles: Centres of the soles, upright frame, (N, 2, 3) m.
        base_position: Position of the base in the world, (N, 3) m.
        base_yaw_rad: Yaw of the base in the world, (N,).
    """
    sin, cos = np.sin(base_yaw_rad)[:, None], np.cos(base_yaw_rad)[:, None]
    x, y = soles[..., 0], soles[..., 1]
    over = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    return over + base_position[:, None, :2]


def yaw_rotation(yaw: Array) -> Array:
    """Return rotations about z by angles (N,), (N, 3, 3)."""
    rotation = np.zeros((len(yaw), 3, 3))
    sin, cos = np.sin(yaw), np.cos(yaw)
    rotation[:, 0, 0], rotation[:, 0, 1] = cos, -sin
    rotation[:, 1, 0], rotation[:, 1, 1] = sin, cos
    rotation[:, 2, 2] = 1.0
    return rotation
