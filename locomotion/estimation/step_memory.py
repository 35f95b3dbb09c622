"""How uneven the ground was lately, and so how much lower a robot walks.

A leg that is nearly straight can't reach down to a lower step: the foot hangs in the air when its
turn has come to stand. Who keeps as much of the leg in reserve as the ground has steps gets there.
"""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array

# An uneven place is forgotten this slowly: there may be another.
FORGET_S = 3.0
# Soles on level ground seem to differ by as much.
LEVEL_M = 0.02
# No lower than this, however high the steps seem: a foot that is lifted under a lower base points
# its toes down, for the ankle is at the end of its range, and trips backwards.
LARGEST_M = 0.055


def updated_relief(relief: Array, rise: Array, dt: float) -> Array:
    """Return the height of the steps met lately, after another ``dt`` seconds, (N,) m.

    Args:
        relief: before, (N,) m.
        rise: how much higher than the stance sole the next footprint is, (N,) m.
        dt: seconds.
    """
    step = np.minimum(np.abs(rise), LARGEST_M)
    step = np.where(step > LEVEL_M, step, 0.0)
    return np.maximum(step, relief * np.exp(-dt / FORGET_S))


def lowered(command: Array, relief: Array, lowest_m: float) -> Array:
    """Return commands (N, 4) with the base lower by ``relief`` (N,) m, not below ``lowest_m``."""
    height = command[:, 3]
    lower = np.maximum(height - relief, np.minimum(height, lowest_m))
    return np.column_stack([command[:, :3], lower])
