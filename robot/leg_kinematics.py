"""Legs: exact forward kinematics and analytic inverse kinematics, batched in numpy.

Poses are of the ankle-roll frame (the foot) in the pelvis frame. The six joints of a leg are hip
pitch, roll, yaw, knee, ankle pitch, roll, about +y, +x, +z, +y, +y, +x of their own frames; the
frames may be tilted about y only.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from robot.errors import ConfigError
from robot.leg_geometry import AXES, JOINTS_PER_LEG, LegGeometry
from robot.spec import SIDES

Array = NDArray[np.float64]

# Secant passes for the hip pitch; four leave less than a twentieth of a millimetre.
PASSES = 4


@dataclasses.dataclass(frozen=True)
class LegPoses:
    """Where legs are, in the pelvis frame; the second axis is (left, right).

    Attributes:
        position: the feet's origins in metres, (N, 2, 3).
        rotation: matrices whose columns are the feet's axes, (N, 2, 3, 3).
        joint_position: a point on each joint's axis in metres, (N, 2, 6, 3).
        joint_axis: each joint's unit axis, (N, 2, 6, 3).
    """

    position: Array
    rotation: Array
    joint_position: Array
    joint_axis: Array

    def points(self, local: Array) -> Array:
        """Return a point of each foot (2, 3) in the pelvis frame, (N, 2, 3)."""
        return self.position + np.einsum("nsij,sj->nsi", self.rotation, local)

    def support_torque(self, point: Array, force: Array) -> Array:
        """Return the joint torques that hold a force on the feet, τ = −Jᵀ F.

        Args:
            point: where the ground pushes, in the pelvis frame, (N, 2, 3) metres.
            force: the ground's push in the pelvis frame, (N, 2, 3) newtons.

        Returns:
            Torques in N m, (N, 2, 6).
        """
        arm = point[:, :, None, :] - self.joint_position
        fx, fy, fz = (force[:, :, None, i] for i in range(3))
        ax, ay, az = (arm[..., i] for i in range(3))
        ux, uy, uz = (self.joint_axis[..., i] for i in range(3))
        return -(ux * (ay * fz - az * fy) + uy * (az * fx - ax * fz) + uz * (ax * fy - ay * fx))


class LegKinematics:
    """Both legs of one robot.

    Raises:
        ConfigError: the legs aren't built as this file assumes.
    """

    def __init__(self, geometry: LegGeometry) -> None:
        # Component-first layout (component, side, 1): each operation runs over all robots at once.
        self._offset = geometry.offset[..., None]
        self._tilt = geometry.tilt[..., None]
        self.range = geometry.range
        self._tilted = [bool(np.any(self._tilt[j])) for j in range(JOINTS_PER_LEG)]
        if self._tilted[2] or self._tilted[5]:
            raise ConfigError("legs: the hip yaw's and ankle roll's frames must not be tilted.")
        self._measure_links()

    def _measure_links(self) -> None:
        """Derive the planar leg from the hip's centre, where the roll and yaw axes meet."""
        offset, tilt = self._offset, self._tilt
        if np.any(offset[2, 1]) or np.any(offset[5, :2]):
            raise ConfigError(
                "legs: the hip roll and yaw axes must meet, and the ankle's be above."
            )
        # Hip centre in the hip-pitch frame: along the roll axis to the yaw axis.
        cos, sin = np.cos(tilt[1]), np.sin(tilt[1])
        along = offset[2, 0]
        self._hip = offset[1] + np.stack([along * cos, np.zeros_like(along), -along * sin])
        thigh = offset[3] + np.stack([np.zeros_like(along), np.zeros_like(along), offset[2, 2]])
        shank = offset[4]
        self._sideways = thigh[1] + shank[1]
        self._thigh_m = np.hypot(thigh[0], thigh[2])
        self._shank_m = np.hypot(shank[0], shank[2])
        self._shank_angle = np.arctan2(-shank[0], -shank[2])
        thigh_angle = np.arctan2(-thigh[0], -thigh[2])
        self._straight = tilt[3] + self._shank_angle - thigh_angle
        self._ankle_m = -offset[5, 2]

    def forward(self, leg_qpos: Array) -> LegPoses:
        """Return the legs' poses for joint angles (N, 12) in radians, left leg first."""
        angles = _component_first(leg_qpos)
        sin, cos = np.sin(angles), np.cos(angles)
        columns = [np.eye(3)[:, i].reshape(3, 1, 1) for i in range(3)]
        position = np.zeros((3, 1, 1))
        positions, axes = [], []
        for joint, axis in enumerate(AXES):
            x, y, z = self._offset[joint]
            position = position + columns[0] * x + columns[1] * y + columns[2] * z
            if self._tilted[joint]:
                _turn(columns, 1, np.sin(self._tilt[joint]), np.cos(self._tilt[joint]))
            positions.append(np.broadcast_to(position, (3, *angles.shape[1:])))
            axes.append(np.broadcast_to(columns[axis], (3, *angles.shape[1:])))
            _turn(columns, axis, sin[joint], cos[joint])
        return LegPoses(
            position.transpose(2, 1, 0),
            np.stack(columns).transpose(3, 2, 1, 0),
            np.stack(positions).transpose(3, 2, 0, 1),
            np.stack(axes).transpose(3, 2, 0, 1),
        )

    def inverse(self, position: Array, rotation: Array) -> Array:
        """Return the joint angles that put the feet at given poses in the pelvis frame.

        Closed form for a spherical hip (Kajita et al., Introduction to Humanoid Robotics,
        2.5); the hip pitch axis passes beside the hip's centre, so that the centre is found
        by secant passes over the hip pitch. A target out of reach straightens the leg towards it.

        Args:
            position: the feet's origins in metres, (N, 2, 3).
            rotation: their rotation matrices, (N, 2, 3, 3).

        Returns:
            Angles in radians, (N, 12), within the joints' ranges.
        """
        target = position.transpose(2, 1, 0)
        foot = rotation.transpose(2, 3, 1, 0)  # (row, column, side, N)
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
        angles = np.stack([pitch, roll, yaw, knee, ankle_pitch, ankle_roll])
        flat = angles.transpose(2, 1, 0).reshape(len(position), -1)
        return np.clip(flat, self.range[:, 0], self.range[:, 1])

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
            _turn(columns, 0, -np.sin(ankle_roll), np.cos(ankle_roll))
            _turn(columns, 1, -np.sin(bend), np.cos(bend))
            rows.append(columns)
        return rows


def _component_first(leg_qpos: Array) -> Array:
    """Return angles (N, 12) as (6, 2, N), contiguous."""
    sides = leg_qpos.reshape(len(leg_qpos), len(SIDES), JOINTS_PER_LEG)
    return np.ascontiguousarray(sides.transpose(2, 1, 0))


def _slope(rise: Array, run: Array) -> Array:
    """Return rise / run where it is a sound slope of ``pitch(guess) - guess``, else -1."""
    slope = np.divide(rise, run, out=np.full_like(rise, -1.0), where=np.abs(run) > 1e-9)
    return np.clip(slope, -2.0, -0.4)


def _turn(columns: list[Array], axis: int, sin: Array, cos: Array) -> None:
    """Multiply the matrix with these columns by a turn about its own ``axis``, in place."""
    first, second = (axis + 1) % 3, (axis + 2) % 3
    a, b = columns[first], columns[second]
    columns[first] = cos * a + sin * b
    columns[second] = cos * b - sin * a
