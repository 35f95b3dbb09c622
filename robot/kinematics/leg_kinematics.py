"""Legs: exact forward kinematics and analytic inverse kinematics, batched in numpy.

A pose is that of the foot, the body that the last joint moves, in the pelvis frame. The geometry
says which joints a leg has; their frames may be tilted about y only.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.bounds import bound
from drive2walk.robot.geometry.transforms import turn_columns
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.kinematics.five_joint_leg import FiveJointLeg
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.kinematics.six_joint_leg import SixJointLeg

# The kinds of legs with a known inverse, by the axes of their joints from the hip to the foot.
BUILDS: dict[tuple[int, ...], type[SixJointLeg | FiveJointLeg]] = {
    SixJointLeg.AXES: SixJointLeg,
    FiveJointLeg.AXES: FiveJointLeg,
}
# Both have three hip joints and a knee before the ankle's pitch and roll.
ANKLE = 4


@dataclasses.dataclass(frozen=True)
class LegPoses:
    """The poses of legs in the pelvis frame; the second axis is (left, right).

    Attributes:
        position: Origins of the feet, (N, 2, 3) m.
        rotation: Matrices whose columns are the axes of the feet, (N, 2, 3, 3).
        joint_position: A point on the axis of each joint, (N, 2, joints, 3) m.
        joint_axis: Unit axis of each joint, (N, 2, joints, 3).
    """

    position: Array
    rotation: Array
    joint_position: Array
    joint_axis: Array

    def points(self, local: Array) -> Array:
        """Return points (2, 3) m of the feet's frames in the pelvis frame, (N, 2, 3) m."""
        return self.position + np.einsum("nsij,sj->nsi", self.rotation, local)

    def support_torque(self, point: Array, force: Array) -> Array:
        """Return the joint torques that balance forces on the feet, τ = −Jᵀ F.

        Args:
            point: Centres of pressure in the pelvis frame, (N, 2, 3) m.
            force: Ground reaction forces in the pelvis frame, (N, 2, 3) N.

        Returns:
            Torques, (N, 2, joints) N m.
        """
        arm = point[:, :, None, :] - self.joint_position
        fx, fy, fz = (force[:, :, None, i] for i in range(3))
        ax, ay, az = (arm[..., i] for i in range(3))
        ux, uy, uz = (self.joint_axis[..., i] for i in range(3))
        return -(ux * (ay * fz - az * fy) + uy * (az * fx - ax * fz) + uz * (ax * fy - ay * fx))


class LegKinematics:
    """Both legs of one robot.

    Attributes:
        range: Lowest and highest joint angles, left leg first, (num_leg_joints, 2) rad.
        mirror_signs: Factors of a leg's angles under a mirror in the sagittal plane: 1 for
            pitches, -1 for rolls and yaws, (joints,).

    Raises:
        ConfigError: No inverse is known for legs of this kind.
    """

    def __init__(self, geometry: LegGeometry) -> None:
        # Component-first layout (component, side, 1): each operation runs over all robots at once.
        self._offset = geometry.offset[..., None]
        self._tilt = geometry.tilt[..., None]
        self._axes = tuple(int(axis) for axis in geometry.axes)
        # Most offsets lie along one axis and most frames aren't tilted: the rest costs nothing.
        self._shifts = [
            [(i, shift) for i, shift in enumerate(offset) if np.any(shift)]
            for offset in self._offset
        ]
        self._tilts = [(np.sin(t), np.cos(t)) if np.any(t) else None for t in self._tilt]
        self.range = geometry.range
        self.mirror_signs = np.where(geometry.axes == 1, 1.0, -1.0)
        if self._axes not in BUILDS:
            builds = " or ".join(_describe_axes(axes) for axes in BUILDS)
            given = _describe_axes(self._axes)
            raise ConfigError(f"legs: got {given} joints, {builds} are needed.")
        self._leg = BUILDS[self._axes](self._offset, self._tilt)

    def forward(self, leg_qpos: Array) -> LegPoses:
        """Return the legs' poses for joint angles (N, num_leg_joints) rad, left leg first."""
        sides = leg_qpos.reshape(len(leg_qpos), len(SIDES), -1)
        angles = np.ascontiguousarray(sides.transpose(2, 1, 0))  # (joint, side, N)
        sin, cos = np.sin(angles), np.cos(angles)
        columns = [np.eye(3)[:, i].reshape(3, 1, 1) for i in range(3)]
        position = np.zeros((3, 1, 1))
        positions, axes = np.empty((2, len(angles), 3, *angles.shape[1:]))
        for joint, axis in enumerate(self._axes):
            for i, shift in self._shifts[joint]:
                position = position + columns[i] * shift
            tilt = self._tilts[joint]
            if tilt is not None:
                turn_columns(columns, 1, *tilt)
            positions[joint], axes[joint] = position, columns[axis]
            turn_columns(columns, axis, sin[joint], cos[joint])
        return LegPoses(
            positions[-1].transpose(2, 1, 0),
            np.array(columns).transpose(3, 2, 1, 0),
            positions.transpose(3, 2, 0, 1),
            axes.transpose(3, 2, 0, 1),
        )

    def inverse(self, position: Array, rotation: Array) -> Array:
        """Return the joint angles that put the feet at given poses in the pelvis frame.

        A target out of reach straightens the leg towards it. The roll of a foot is ignored where
        the ankle doesn't roll.

        Args:
            position: Origins of the feet, (N, 2, 3) m.
            rotation: Rotation matrices of the feet, (N, 2, 3, 3).

        Returns:
            Angles within the joints' ranges, (N, num_leg_joints) rad.
        """
        target = position.transpose(2, 1, 0)
        foot = rotation.transpose(2, 3, 1, 0)  # (row, column, side, N)
        angles = np.array(self._leg.inverse(target, foot))
        flat = angles.transpose(2, 1, 0).reshape(len(position), -1)
        return bound(flat, self.range[:, 0], self.range[:, 1])

    def ankle_torque(self, leg_torque: Array) -> Array:
        """Return the torques about the ankles' pitch and roll axes, (N, 2 feet, 2) N m.

        The roll torque of an ankle that doesn't roll is 0.

        Args:
            leg_torque: Torques of all leg joints, (N, num_leg_joints) N m.
        """
        per_leg = leg_torque.reshape(len(leg_torque), len(SIDES), -1)[..., ANKLE:]
        torque = np.zeros((len(leg_torque), len(SIDES), 2))
        torque[..., : per_leg.shape[-1]] = per_leg
        return torque


def _describe_axes(axes: tuple[int, ...]) -> str:
    return "-".join(("roll", "pitch", "yaw")[axis] for axis in axes)
