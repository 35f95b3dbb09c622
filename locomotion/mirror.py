"""Seeing the robot from its stance foot: what the policy knows as left and right.

A robot on its right foot is the mirror image of one on its left. Showing the policy the mirror
image halves what it must learn and makes it exactly symmetric.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from locomotion.residual import NUM_LEG_JOINTS

Array = NDArray[np.float64]

# Under a mirror in the sagittal plane, hip pitch, roll, yaw, knee, ankle pitch, roll.
LEG_SIGNS = np.array([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])
VECTOR_SIGNS = np.array([1.0, -1.0, 1.0])
TURN_SIGNS = np.array([-1.0, 1.0, -1.0])
# vx, vy, wz of a command or a mean velocity.
PLANAR_SIGNS = np.array([1.0, -1.0, -1.0])


class Mirror:
    """Maps quantities of N robots to the view from their stance feet, and back.

    Args:
        stance: the foot that stands, 0 left or 1 right, (N,).
    """

    def __init__(self, stance: NDArray[np.intp]) -> None:
        self._right = (stance == 1)[:, None]
        self._flip = {
            signs.tobytes(): np.where(self._right, signs, 1.0)
            for signs in (LEG_SIGNS, VECTOR_SIGNS, TURN_SIGNS, PLANAR_SIGNS, VECTOR_SIGNS[:2])
        }

    def signed(self, values: Array, signs: Array) -> Array:
        """Return values (N, k), flipped by ``signs`` (k,) for robots on their right foot."""
        return values * self._flip[signs.tobytes()]

    def legs(self, values: Array) -> Array:
        """Return joint values (N, 12) as (stance leg, swing leg), mirrored; its own inverse.

        The inverse takes (stance, swing) back to (left, right).
        """
        sides = values.reshape(len(values), 2, -1)
        first = np.where(self._right, sides[:, 1], sides[:, 0])
        second = np.where(self._right, sides[:, 0], sides[:, 1])
        flip = self._flip[LEG_SIGNS.tobytes()]
        return np.concatenate([first * flip, second * flip], axis=1)

    def feet(self, points: Array) -> Array:
        """Return points of the feet (N, 2, 3) as (stance, swing), mirrored, (N, 6)."""
        first = np.where(self._right, points[:, 1], points[:, 0])
        second = np.where(self._right, points[:, 0], points[:, 1])
        flip = self._flip[VECTOR_SIGNS.tobytes()]
        return np.concatenate([first * flip, second * flip], axis=1)

    def action(self, action: Array) -> Array:
        """Return actions (N, 15) of the other view; its own inverse."""
        joints = self.legs(action[:, :NUM_LEG_JOINTS])
        shift = action[:, NUM_LEG_JOINTS : NUM_LEG_JOINTS + 2]
        placement = self.signed(shift, VECTOR_SIGNS[:2])
        return np.concatenate([joints, placement, action[:, NUM_LEG_JOINTS + 2 :]], axis=1)
