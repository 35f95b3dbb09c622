"""Takes the steady error out of the walk: a slow integral of the measured velocity error.

The policy walks a little slower than told, and a little off in a body it wasn't trained in. What
the odometry measures tells by how much to ask for more.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array

# Slow beside a step, so that pushes and starts pass it by.
RATE_HZ = 0.5
# vx, vy in m/s and wz in rad/s.
LIMIT = np.array([0.25, 0.15, 0.15])
# Larger errors are pushes and changes of the command, which the trim should not learn from.
TRUSTED_ERROR = np.array([0.3, 0.25, 0.25])


def updated_trim(trim: Array, command: Array, mean_velocity: Array, dt: float) -> Array:
    """Return what to add to the command after another ``dt`` seconds, (N, 3).

    Args:
        trim: what was added, (N, 3).
        command: what the robot should do, (N, 3).
        mean_velocity: what the odometry says that it does, (N, 3).
        dt: seconds.
    """
    error = np.clip(command - mean_velocity, -TRUSTED_ERROR, TRUSTED_ERROR)
    return np.clip(trim + RATE_HZ * dt * error, -LIMIT, LIMIT)
