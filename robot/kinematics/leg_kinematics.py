"""Legs: exact forward kinematics and analytic inverse kinematics, batched in numpy.

Poses are of the foot, the body that the last joint moves, in the pelvis frame. Which joints a leg
has is the geometry's; their frames may be tilted about y only.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.experiment.errors import ConfigError
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import turn_columns
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.kinematics.five_joint_leg import FiveJointLeg
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.kinematics.six_joint_leg import SixJointLeg

# The builds of legs whose inverse is known, by their joints' axes from the hip to the foot.
BUILDS: dict[tuple[int, ...], type[SixJointLeg | FiveJointLeg]] = {
    SixJointLeg.AXES: SixJointLeg,
    FiveJointLeg.AXES: FiveJointLeg,
}
# In both, three joints of the hip and the knee come before the ankle's pitch and roll.
ANKLE = 4


@dataclasses.dataclass(frozen=True)
class LegPoses:
    """Where legs are, in the pelvis frame; the second axis is (left, right).

    Attributes:
        position: the feet's origins in metres, (N, 2, 3).
        rotation: matrices whose columns are the feet's axes, (N, 2, 3, 3).
        joint_position: a point on each joint's axis in metres, (N, 2, joints, 3).
        joint_axis: each joint's unit axis, (N, 2, joints, 3).
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
            Torques in N m, (N, 2, joints).
        """
        arm = point[:, :, None, :] - self.joint_position
        fx, fy, fz = (force[:, :, None, i] for i in range(3))
        ax, ay, az = (arm[..., i] for i in range(3))
        ux, uy, uz = (self.joint_axis[..., i] for i in range(3))
        return -(ux * (ay * fz - az * fy) + uy * (az * fx - ax * fz) + uz * (ax * fy - ay * fx))


class LegKinematics:
    """Both legs of one robot.

    Attributes:
        range: of the joint angles, left leg first, (num_leg_joints, 2) rad.
        mirror_signs: what a leg's angles are multiplied by under a mirror in the sagittal plane:
            1 for pitches, -1 for rolls and yaws, (joints,).

    Raises:
        ConfigError: no inverse is known for legs of this build.
    """

    def __init__(self, geometry: LegGeometry) -> None:
        # Component-first layout (component, side, 1): each operation runs over all robots at once.
        self._offset = geometry.offset[..., None]
        self._tilt = geometry.tilt[..., None]
        self._axes = tuple(int(axis) for axis in geometry.axes)
        self._tilted = [bool(np.any(tilt)) for tilt in self._tilt]
        self.range = geometry.range
        self.mirror_signs = np.where(geometry.axes == 1, 1.0, -1.0)
        if self._axes not in BUILDS:
            builds = " or ".join(_described(axes) for axes in BUILDS)
            raise ConfigError(f"legs: got {_described(self._axes)} joints, {builds} are needed.")
        self._leg = BUILDS[self._axes](self._offset, self._tilt)

    def forward(self, leg_qpos: Array) -> LegPoses:
        """Return the legs' poses for joint angles (N, num_leg_joints) rad, left leg first."""
        sides = leg_qpos.reshape(len(leg_qpos), len(SIDES), -1)
        angles = np.ascontiguousarray(sides.transpose(2, 1, 0))  # (joint, side, N)
        sin, cos = np.sin(angles), np.cos(angles)
        columns = [np.eye(3)[:, i].reshape(3, 1, 1) for i in range(3)]
        position = np.zeros((3, 1, 1))
        positions, axes = [], []
        for joint, axis in enumerate(self._axes):
            x, y, z = self._offset[joint]
            position = position + columns[0] * x + columns[1] * y + columns[2] * z
            if self._tilted[joint]:
                turn_columns(columns, 1, np.sin(self._tilt[joint]), np.cos(self._tilt[joint]))
            positions.append(np.broadcast_to(position, (3, *angles.shape[1:])))
            axes.append(np.broadcast_to(columns[axis], (3, *angles.shape[1:])))
            turn_columns(columns, axis, sin[joint], cos[joint])
        return LegPoses(
            position.transpose(2, 1, 0),
            np.stack(columns).transpose(3, 2, 1, 0),
            np.stack(positions).transpose(3, 2, 0, 1),
            np.stack(axes).transpose(3, 2, 0, 1),
        )

    def inverse(self, position: Array, rotation: Array) -> Array:
        """Return the joint angles that put the feet at given poses in the pelvis frame.

        A target out of reach straightens the leg towards it; a foot whose ankle doesn't roll has
        the roll that its leg gives it.

        Args:
            position: the feet's origins in metres, (N, 2, 3).
            rotation: their rotation matrices, (N, 2, 3, 3).

        Returns:
            Angles in radians, (N, num_leg_joints), within the joints' ranges.
        """
        target = position.transpose(2, 1, 0)
        foot = rotation.transpose(2, 3, 1, 0)  # (row, column, side, N)
        angles = np.stack(self._leg.inverse(target, foot))
        flat = angles.transpose(2, 1, 0).reshape(len(position), -1)
        return np.clip(flat, self.range[:, 0], self.range[:, 1])

    def ankle_torque(self, leg_torque: Array) -> Array:
        """Return the torques about the ankles' pitch and roll axes, (N, 2 feet, 2) N m.

        Args:
            leg_torque: of all leg joints, (N, num_leg_joints) N m. An ankle that doesn't roll has
                no torque there.
        """
        per_leg = leg_torque.reshape(len(leg_torque), len(SIDES), -1)[..., ANKLE:]
        torque = np.zeros((len(leg_torque), len(SIDES), 2))
        torque[..., : per_leg.shape[-1]] = per_leg
        return torque


def _described(axes: tuple[int, ...]) -> str:
    return "-".join(("roll", "pitch", "yaw")[axis] for axis in axes)
