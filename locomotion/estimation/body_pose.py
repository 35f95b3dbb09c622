"""The pose of legs and base at one tick, measured by joint encoders and IMU."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import upright_matrix
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics, LegPoses
from drive2walk.robot.proprioception import Proprioception


@dataclasses.dataclass(frozen=True)
class BodyPose:
    """The legs and the tilt of N robots.

    Attributes:
        legs: Feet and joints in the base frame.
        upright: Rotation from the base frame into the upright frame, (N, 3, 3).
        soles: Centres of the soles in the upright frame, (N, 2, 3) m.
        foot_yaw: Yaw of the feet in the upright frame, (N, 2) rad.
        yaw_rate: Turning rate about the vertical, (N,) rad/s.
    """

    legs: LegPoses
    upright: Array
    soles: Array
    foot_yaw: Array
    yaw_rate: Array

    @classmethod
    def from_proprioception(
        cls, kinematics: LegKinematics, sole_centre: Array, proprioception: Proprioception
    ) -> BodyPose:
        """Return the pose that joints and IMU measure.

        Args:
            kinematics: The legs.
            sole_centre: Centres of the soles in their feet's frames, (2, 3) m.
            proprioception: Joints and IMU, (N, ...) arrays, leg joints first.
        """
        gravity, gyro = proprioception.projected_gravity, proprioception.gyro
        legs = kinematics.forward(proprioception.joint_qpos[:, : len(kinematics.range)])
        upright = upright_matrix(gravity)
        soles = np.einsum("nij,nsj->nsi", upright, legs.points(sole_centre))
        forward = np.einsum("nij,nsj->nsi", upright, legs.rotation[..., 0])
        foot_yaw = np.arctan2(forward[..., 1], forward[..., 0])
        return cls(legs, upright, soles, foot_yaw, -(gravity * gyro).sum(axis=1))
