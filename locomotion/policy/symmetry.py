"""Seeing the robot from its stance foot: what the policy knows as left and right.

A robot on its right foot is the mirror image of one on its left. Showing the policy the mirror
image halves what it must learn and makes it exactly symmetric.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.policy.residual import NUM_GAIT_ACTIONS
from drive2walk.robot.geometry.arrays import Array

# Under a mirror in the sagittal plane.
VECTOR_SIGNS = np.array([1.0, -1.0, 1.0])
TURN_SIGNS = np.array([-1.0, 1.0, -1.0])
# vx, vy, wz of a command or a mean velocity.
PLANAR_SIGNS = np.array([1.0, -1.0, -1.0])


class Mirror:
    """Maps quantities of N robots to the view from their stance feet, and back.

    Args:
        stance: the foot that stands, 0 left or 1 right, (N,).
        leg_signs: of a leg's joints, as ``LegKinematics.mirror_signs``, (joints,).
    """

    def __init__(self, stance: NDArray[np.intp], leg_signs: Array) -> None:
        self._right = (stance == 1)[:, None]
        self._leg_flip = np.where(self._right, leg_signs, 1.0)
        self._flip = {
            signs.tobytes(): np.where(self._right, signs, 1.0)
            for signs in (VECTOR_SIGNS, TURN_SIGNS, PLANAR_SIGNS, VECTOR_SIGNS[:2])
        }

    def signed(self, values: Array, signs: Array) -> Array:
        """Return values (N, k), flipped by ``signs`` (k,) for robots on their right foot."""
        return values * self._flip[signs.tobytes()]

    def legs(self, values: Array) -> Array:
        """Return joint values (N, num_leg_joints) as (stance leg, swing leg), mirrored.

        Its own inverse: that takes (stance, swing) back to (left, right).
        """
        sides = values.reshape(len(values), 2, -1)
        first = np.where(self._right, sides[:, 1], sides[:, 0])
        second = np.where(self._right, sides[:, 0], sides[:, 1])
        return np.concatenate([first * self._leg_flip, second * self._leg_flip], axis=1)

    def feet(self, points: Array) -> Array:
        """Return points of the feet (N, 2, 3) as (stance, swing), mirrored, (N, 6)."""
        first = np.where(self._right, points[:, 1], points[:, 0])
        second = np.where(self._right, points[:, 0], points[:, 1])
        flip = self._flip[VECTOR_SIGNS.tobytes()]
        return np.concatenate([first * flip, second * flip], axis=1)

    def action(self, action: Array) -> Array:
        """Return actions (N, action_dim) of the other view; its own inverse."""
        joints = self.legs(action[:, :-NUM_GAIT_ACTIONS])
        placement = self.signed(action[:, -NUM_GAIT_ACTIONS:-1], VECTOR_SIGNS[:2])
        return np.concatenate([joints, placement, action[:, -1:]], axis=1)
