"""The correction that takes the steady error out of the walk.

A policy walks a little slower than commanded, and a little off in a body that it wasn't trained
in. A slow integral of the measured velocity error says by how much to ask for more.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound

# Slow beside a step, so that pushes and starts leave it unchanged.
RATE_HZ = 0.5
# Bounds of the trim: vx, vy in m/s and wz in rad/s.
LIMIT = np.array([0.25, 0.15, 0.15])
# Larger errors are pushes and changes of the command, which the trim should not learn from.
TRUSTED_ERROR = np.array([0.3, 0.25, 0.25])


def update_trim(trim: Array, command: Array, mean_velocity: Array, dt: float) -> Array:
    """Return the addition to the command ``dt`` seconds later, (N, 3).

    Args:
        trim: The addition before, (N, 3) m/s, m/s, rad/s.
        command: Commanded vx, vy, wz, (N, 3).
        mean_velocity: Mean vx, vy, wz that the odometry measured, (N, 3).
        dt: Time since the last update, in seconds.
    """
    error = bound(command - mean_velocity, -TRUSTED_ERROR, TRUSTED_ERROR)
    return bound(trim + RATE_HZ * dt * error, -LIMIT, LIMIT)
