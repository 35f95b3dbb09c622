"""Directions, and the hands' indices, as scripts name them."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle

AHEAD, LEFT, UP = np.eye(3)
LEFT_HAND, RIGHT_HAND = 0, 1


def quat_from_yaw(yaw_rad: float) -> Array:
    """Return the quaternion (4,) wxyz of a turn about the vertical."""
    return quat_from_axis_angle(UP, np.array(yaw_rad))
