"""Legs of five joints: hip yaw, roll and pitch, knee and ankle pitch; the foot doesn't roll.

Five joints reach any position, heading and pitch of the foot. The yaw follows from the heading and
the roll from the sideways offset. The rest is a planar leg of two links, solved by the law of
cosines.
"""

from __future__ import annotations

import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array


class FiveJointLeg:
    """The inverse kinematics of both legs, component-first: (component, side, N).

    Args:
        offset: Position of each joint's frame in the frame before it, (5, 3, 2, 1) m.
        tilt: Tilt of each joint's frame about y, (5, 2, 1) rad.

    Raises:
        ConfigError: The frames of the joints are tilted.
    """

    AXES = (2, 0, 1, 1, 1)

    def __init__(self, offset: Array, tilt: Array) -> None:
        if np.any(tilt):
            raise ConfigError("legs: the frames of five joints must not be tilted.")
        self._yaw_at, self._roll_at, self._pitch_at = offset[:3]
        thigh, shank = offset[3], offset[4]
        # The whole leg lies in one plane, at this offset beside the roll axis.
        self._sideways = self._pitch_at[1] + thigh[1] + shank[1]
        self._thigh_m = np.hypot(thigh[0], thigh[2])
        self._shank_m = np.hypot(shank[0], shank[2])
        self._thigh_angle = np.arctan2(-thigh[0], -thigh[2])
        self._shank_angle = np.arctan2(-shank[0], -shank[2])

    def inverse(self, target: Array, foot: Array) -> list[Array]:
        """Return the five joints' angles, (2, N) rad each.

        Args:
            target: Origins of the feet in the pelvis frame, (3, 2, N) m.
            foot: Rotations of the feet, (3 rows, 3 columns, 2, N); only heading and pitch are
                reached.
        """
        # The foot's y axis is (−sin yaw cos roll, cos yaw cos roll, sin roll).
        yaw = np.arctan2(-foot[0, 1], foot[1, 1])
        sin, cos = np.sin(yaw), np.cos(yaw)
        x, y, z = target - self._yaw_at
        x, y = cos * x + sin * y, cos * y - sin * x
        x, y, z = np.stack([x, y, z]) - self._roll_at
        roll = np.arctan2(z, y) + np.arccos(np.clip(self._sideways / np.hypot(y, z), -1, 1))
        forward = x - self._pitch_at[0]
        down = np.sin(roll) * y - np.cos(roll) * z + self._pitch_at[2]
        hip, knee = self._hip_and_knee(forward, down)
        # Pitch of the foot before yaw and roll: from its x axis, turned back by both.
        ahead = cos * foot[0, 0] + sin * foot[1, 0]
        left = cos * foot[1, 0] - sin * foot[0, 0]
        dip = np.sin(roll) * left - np.cos(roll) * foot[2, 0]
        return [yaw, roll, hip, knee, np.arctan2(dip, ahead) - hip - knee]

    def _hip_and_knee(self, forward: Array, down: Array) -> tuple[Array, Array]:
        """Return the pitches for an ankle ``forward`` of and ``down`` from the hip, in metres."""
        thigh, shank = self._thigh_m, self._shank_m
        cosine = (forward**2 + down**2 - thigh**2 - shank**2) / (2 * thigh * shank)
        flexion = np.arccos(np.clip(cosine, -1, 1))
        before = np.arctan2(shank * np.sin(flexion), thigh + shank * np.cos(flexion))
        hip = -np.arctan2(forward, down) - before - self._thigh_angle
        return hip, flexion + self._thigh_angle - self._shank_angle
