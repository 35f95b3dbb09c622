"""Legs of six joints: hip pitch, roll and yaw, knee, ankle pitch and roll.

The solution is the closed form for a spherical hip (Kajita et al., Introduction to Humanoid
Robotics, 2.5). Where the hip pitch axis passes beside the hip's centre, secant passes find it.
"""

from __future__ import annotations

import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound

# Secant passes for the hip pitch; four leave an error below a twentieth of a millimetre.
PASSES = 4


class SixJointLeg:
    """The inverse kinematics of both legs, component-first: (component, side, N).

    Args:
        offset: Position of each joint's frame in the frame before it, (6, 3, 2, 1) m.
        tilt: Tilt of each joint's frame about y, (6, 2, 1) rad.

    Raises:
        ConfigError: A frame that must be straight is tilted, or axes that must meet don't.
    """

    AXES = (1, 0, 2, 1, 1, 0)

    def __init__(self, offset: Array, tilt: Array) -> None:
        self._offset, self._tilt = offset, tilt
        if np.any(tilt[[2, 5]]):
            raise ConfigError("legs: the hip yaw's and ankle roll's frames must not be tilted.")
        if np.any(offset[2, 1]) or np.any(offset[5, 0]):
            raise ConfigError("legs: hip roll and yaw axes must meet, as must the ankle's axes.")
        # Hip centre in the hip-pitch frame: along the roll axis to the yaw axis.
        cos, sin = np.cos(tilt[1]), np.sin(tilt[1])
        along = offset[2, 0]
        self._hip = offset[1] + np.stack([along * cos, np.zeros_like(along), -along * sin])
        thigh = offset[3] + np.stack([np.zeros_like(along), np.zeros_like(along), offset[2, 2]])
        shank = offset[4]
        self._sideways = thigh[1] + shank[1] + offset[5, 1]
        self._thigh_m = np.hypot(thigh[0], thigh[2])
        self._shank_m = np.hypot(shank[0], shank[2])
        # Terms of the law of cosines at the knee.
        self._thigh_square, self._shank_square = self._thigh_m**2, self._shank_m**2
        self._double_product = 2 * self._thigh_m * self._shank_m
        self._shank_angle = np.arctan2(-shank[0], -shank[2])
        thigh_angle = np.arctan2(-thigh[0], -thigh[2])
        self._straight = tilt[3] + self._shank_angle - thigh_angle
        self._ankle_m = -offset[5, 2]

    def inverse(self, target: Array, foot: Array) -> list[Array]:
        """Return the six joints' angles, (2, N) rad each.

        Args:
            target: Origins of the feet in the pelvis frame, (3, 2, N) m.
            foot: Rotations of the feet, (3 rows, 3 columns, 2, N).
        """
        guess = np.zeros(target.shape[1:])
        last_guess, last_change = guess, guess
        for _ in range(PASSES):
            centre = self._offset[0] + self._hip_centre(guess)
            to_hip = np.einsum("icsn,isn->csn", foot, centre - target)
            knee, ankle_pitch, ankle_roll = self._knee_and_ankle(to_hip)
            bend = self._tilt[3] + knee + self._tilt[4] + ankle_pitch
            # The hip's rotation is R_foot Rx(−ankle_roll) Ry(−bend); its z axis gives the pitch.
            sin_roll, cos_roll = np.sin(ankle_roll), np.cos(ankle_roll)
            sin_bend, cos_bend = np.sin(bend), np.cos(bend)
            up = cos_roll * foot[:, 2] + sin_roll * foot[:, 1]
            z_axis = cos_bend * up - sin_bend * foot[:, 0]
            pitch = np.arctan2(z_axis[0], z_axis[2]) - self._tilt[1] - self._tilt[0]
            change = pitch - guess
            slope = _secant_slope(change - last_change, guess - last_guess)
            last_guess, last_change = guess, change
            guess = guess - change / slope
        roll = np.arcsin(bound(-z_axis[1], -1, 1))
        x_sideways = cos_bend * foot[1, 0] + sin_bend * up[1]
        y_sideways = cos_roll * foot[1, 1] - sin_roll * foot[1, 2]
        yaw = np.arctan2(x_sideways, y_sideways)
        return [pitch, roll, yaw, knee, ankle_pitch, ankle_roll]

    def _hip_centre(self, pitch: Array) -> Array:
        """Return the hip's centre in the first joint's frame, (3, 2, N) m."""
        x, y, z = self._hip
        angle = pitch + self._tilt[0]
        sin, cos = np.sin(angle), np.cos(angle)
        centre = np.empty((3, *pitch.shape))
        centre[0], centre[1], centre[2] = cos * x + sin * z, y, cos * z - sin * x
        return centre

    def _knee_and_ankle(self, to_hip: Array) -> tuple[Array, Array, Array]:
        """Return the angles of the planar leg for a vector from foot to hip in the foot's frame."""
        x, y, z = to_hip
        reach = np.hypot(y, z)
        sideways = bound(self._sideways / reach, -1, 1)
        ankle_roll = np.arctan2(y, z) + np.arcsin(sideways)
        up = reach * np.sqrt(1 - sideways * sideways) - self._ankle_m
        thigh, shank = self._thigh_m, self._shank_m
        cosine = (x * x + up * up - self._thigh_square - self._shank_square) / self._double_product
        flexion = np.arccos(bound(cosine, -1, 1))
        lean = np.arctan2(thigh * np.sin(flexion), shank + thigh * np.cos(flexion))
        ankle_pitch = self._shank_angle - lean - np.arctan2(x, up) - self._tilt[4]
        return flexion - self._straight, ankle_pitch, ankle_roll


def _secant_slope(rise: Array, run: Array) -> Array:
    """Return rise / run, limited to plausible slopes of ``pitch(guess) - guess``; -1 at run 0."""
    slope = np.divide(rise, run, out=np.full_like(rise, -1.0), where=np.abs(run) > 1e-9)
    return bound(slope, -2.0, -0.4)
