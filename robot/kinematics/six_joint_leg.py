"""Legs of six joints: hip pitch, roll and yaw, knee, ankle pitch and roll.

Closed form for a spherical hip (Kajita et al., Introduction to Humanoid Robotics, 2.5); the hip
pitch axis may pass beside the hip's centre, which is then found by secant passes.
"""

from __future__ import annotations

import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import turn_columns

# Secant passes for the hip pitch; four leave less than a twentieth of a millimetre.
PASSES = 4


class SixJointLeg:
    """The inverse kinematics of both legs, component-first: (component, side, N).

    Args:
        offset: of each joint's frame in the frame before it, (6, 3, 2, 1) m.
        tilt: of each joint's frame about y, (6, 2, 1) rad.

    Raises:
        ConfigError: the legs aren't built as this file assumes.
    """

    AXES = (1, 0, 2, 1, 1, 0)

    def __init__(self, offset: Array, tilt: Array) -> None:
        self._offset, self._tilt = offset, tilt
        if np.any(tilt[[2, 5]]):
            raise ConfigError("legs: the hip yaw's and ankle roll's frames must not be tilted.")
        if np.any(offset[2, 1]) or np.any(offset[5, 0]):
            raise ConfigError("legs: the hip roll and yaw axes must meet, and the ankle's.")
        # Hip centre in the hip-pitch frame: along the roll axis to the yaw axis.
        cos, sin = np.cos(tilt[1]), np.sin(tilt[1])
        along = offset[2, 0]
        self._hip = offset[1] + np.stack([along * cos, np.zeros_like(along), -along * sin])
        thigh = offset[3] + np.stack([np.zeros_like(along), np.zeros_like(along), offset[2, 2]])
        shank = offset[4]
        self._sideways = thigh[1] + shank[1] + offset[5, 1]
        self._thigh_m = np.hypot(thigh[0], thigh[2])
        self._shank_m = np.hypot(shank[0], shank[2])
        self._shank_angle = np.arctan2(-shank[0], -shank[2])
        thigh_angle = np.arctan2(-thigh[0], -thigh[2])
        self._straight = tilt[3] + self._shank_angle - thigh_angle
        self._ankle_m = -offset[5, 2]

    def inverse(self, target: Array, foot: Array) -> list[Array]:
        """Return the six joints' angles, (2, N) rad each.

        Args:
            target: the feet's origins in the pelvis frame, (3, 2, N) m.
            foot: their rotations, (3 rows, 3 columns, 2, N).
        """
        guess = np.zeros(target.shape[1:])
        last_guess, last_change = guess, guess
        for _ in range(PASSES):
            centre = self._offset[0] + self._hip_centre(guess)
            to_hip = np.einsum("icsn,isn->csn", foot, centre - target)
            knee, ankle_pitch, ankle_roll = self._knee_and_ankle(to_hip)
            bend = self._tilt[3] + knee + self._tilt[4] + ankle_pitch
            hip = self._hip_rotation(foot, bend, ankle_roll)
            pitch = np.arctan2(hip[0][2], hip[2][2]) - self._tilt[1] - self._tilt[0]
            change = pitch - guess
            slope = _slope(change - last_change, guess - last_guess)
            last_guess, last_change = guess, change
            guess = guess - change / slope
        roll = np.arcsin(np.clip(-hip[1][2], -1, 1))
        yaw = np.arctan2(hip[1][0], hip[1][1])
        return [pitch, roll, yaw, knee, ankle_pitch, ankle_roll]

    def _hip_centre(self, pitch: Array) -> Array:
        x, y, z = self._hip
        angle = pitch + self._tilt[0]
        sin, cos = np.sin(angle), np.cos(angle)
        return np.stack([cos * x + sin * z, np.broadcast_to(y, pitch.shape), cos * z - sin * x])

    def _knee_and_ankle(self, to_hip: Array) -> tuple[Array, Array, Array]:
        """Solve the planar leg for the vector from foot to hip centre in the foot's frame."""
        x, y, z = to_hip
        reach = np.hypot(y, z)
        sideways = np.clip(self._sideways / reach, -1, 1)
        ankle_roll = np.arctan2(y, z) + np.arcsin(sideways)
        up = reach * np.sqrt(1 - sideways**2) - self._ankle_m
        thigh, shank = self._thigh_m, self._shank_m
        cosine = (x**2 + up**2 - thigh**2 - shank**2) / (2 * thigh * shank)
        flexion = np.arccos(np.clip(cosine, -1, 1))
        lean = np.arctan2(thigh * np.sin(flexion), shank + thigh * np.cos(flexion))
        ankle_pitch = self._shank_angle - lean - np.arctan2(x, up) - self._tilt[4]
        return flexion - self._straight, ankle_pitch, ankle_roll

    @staticmethod
    def _hip_rotation(foot: Array, bend: Array, ankle_roll: Array) -> list[list[Array]]:
        """Return R_foot Rx(−ankle_roll) Ry(−bend), row by row of (column, side, N)."""
        rows = []
        for row in foot:
            columns = [row[0], row[1], row[2]]
            turn_columns(columns, 0, -np.sin(ankle_roll), np.cos(ankle_roll))
            turn_columns(columns, 1, -np.sin(bend), np.cos(bend))
            rows.append(columns)
        return rows


def _slope(rise: Array, run: Array) -> Array:
    """Return rise / run where it is a sound slope of ``pitch(guess) - guess``, else -1."""
    slope = np.divide(rise, run, out=np.full_like(rise, -1.0), where=np.abs(run) > 1e-9)
    return np.clip(slope, -2.0, -0.4)
