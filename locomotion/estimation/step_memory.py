"""How high the steps were that a robot met lately, and how much lower it walks for them.

A leg that is nearly straight can't reach down to a lower step: the foot hangs in the air when it
should carry the body. A robot that bends its legs by the height of the steps reaches the ground.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array

# Time constant of forgetting an uneven place: another may follow.
FORGET_S = 3.0
# Measured heights of soles on level ground differ by up to this.
LEVEL_M = 0.02
# The base is lowered by no more than this, however high the steps: a foot that is lifted under a
# lower base points its toes down, because the ankle is at the end of its range, and trips.
LARGEST_M = 0.055


def update_step_height(step_height: Array, rise: Array, dt: float) -> Array:
    """Return the height of the steps met lately, ``dt`` seconds later, (N,) m.

    Args:
        step_height: The height before, (N,) m.
        rise: Height of the next footprint above the stance sole, (N,) m.
        dt: Time since the last update, in seconds.
    """
    step = np.minimum(np.abs(rise), LARGEST_M)
    step = np.where(step > LEVEL_M, step, 0.0)
    return np.maximum(step, step_height * np.exp(-dt / FORGET_S))


def lower_base(command: Array, step_height: Array, lowest_m: float) -> Array:
    """Return commands (N, 4) whose height is reduced by ``step_height`` (N,) m.

    Args:
        command: vx, vy, wz and height, (N, 4).
        step_height: Height of the steps met lately, (N,) m.
        lowest_m: Lowest height that the policy was trained for, in metres.
    """
    height = command[:, 3]
    lowered = command.copy()
    lowered[:, 3] = np.maximum(height - step_height, np.minimum(height, lowest_m))
    return lowered
