"""Base velocity, height and planar pose from the stance leg and the gyro.

The stance foot doesn't move, so that what its position in the base frame changes by is the
base's own motion. Which foot stands is known from the gait's schedule, not from sensors.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import upright_matrix
from drive2walk.robot.kinematics.leg_kinematics import LegKinematics, LegPoses

# Feet strike and flex; the filter trades their noise for this much delay.
VELOCITY_TIME_CONSTANT_S = 0.03
MEAN_TIME_CONSTANT_S = 0.4


@dataclasses.dataclass(frozen=True)
class Odometry:
    """What N robots know of their motion.

    Attributes:
        position: since the start, in the frame of the start, (N, 2) m.
        yaw: since the start, (N,) rad.
        velocity: of the base in the upright frame, (N, 3) m/s.
        yaw_rate: (N,) rad/s.
        mean_velocity: vx, vy, wz averaged over 0.4 s, (N, 3).
        height: of the base above the stance sole, (N,) m.
        soles: centres of the soles in the upright frame, (N, 2, 3) m.
    """

    position: Array
    yaw: Array
    velocity: Array
    yaw_rate: Array
    mean_velocity: Array
    height: Array
    soles: Array

    @classmethod
    def start(cls, soles: Array) -> Odometry:
        """Return the odometry of robots at rest with their soles (N, 2, 3) in these places."""
        count = len(soles)
        return cls(
            position=np.zeros((count, 2)),
            yaw=np.zeros(count),
            velocity=np.zeros((count, 3)),
            yaw_rate=np.zeros(count),
            mean_velocity=np.zeros((count, 3)),
            height=-soles[:, :, 2].mean(axis=1),
            soles=soles,
        )

    def updated(
        self, soles: Array, yaw_rate: Array, resting: NDArray[np.intp], dt: float
    ) -> Odometry:
        """Return the odometry ``dt`` seconds later.

        Args:
            soles: where the soles' centres are now, upright frame, (N, 2, 3) m.
            yaw_rate: about the vertical, (N,) rad/s.
            resting: the foot that lay still since the last update, 0 left or 1 right, (N,).
            dt: seconds since the last update.
        """
        row = np.arange(len(resting))
        old, new = self.soles[row, resting], soles[row, resting]
        turn = yaw_rate * dt
        # The old foot place seen from the turned frame, less the new: the base's motion.
        planar = turned(old[:, :2], -turn) - new[:, :2]
        step = np.column_stack([planar, old[:, 2] - new[:, 2]])
        yaw = self.yaw + turn
        fresh = 1 - np.exp(-dt / VELOCITY_TIME_CONSTANT_S)
        velocity = self.velocity + fresh * (step / dt - self.velocity)
        motion = np.stack([velocity[:, 0], velocity[:, 1], yaw_rate]).T
        mean = self.mean_velocity + dt / MEAN_TIME_CONSTANT_S * (motion - self.mean_velocity)
        return Odometry(
            position=self.position + turned(planar, yaw),
            yaw=yaw,
            velocity=velocity,
            yaw_rate=yaw_rate,
            mean_velocity=mean,
            height=-new[:, 2],
            soles=soles,
        )

    def to_start_frame(self, point: Array) -> Array:
        """Return points (N, 2) of the upright frame in the frame of the start."""
        return self.position + turned(point, self.yaw)

    def from_start_frame(self, point: Array) -> Array:
        """Return points (N, 2) of the frame of the start in the upright frame."""
        return turned(point - self.position, -self.yaw)


def turned(vector: Array, angle_rad: Array) -> Array:
    """Return vectors (N, 2) turned by angles (N,)."""
    sin, cos = np.sin(angle_rad), np.cos(angle_rad)
    x, y = vector.T
    return np.stack([cos * x - sin * y, sin * x + cos * y]).T


@dataclasses.dataclass(frozen=True)
class BodyPose:
    """The legs and the tilt at one tick.

    Attributes:
        legs: the feet and joints in the base frame.
        upright: rotation from the base frame into the upright frame, (N, 3, 3).
        soles: centres of the soles in the upright frame, (N, 2, 3) m.
        yaw_rate: about the vertical, (N,) rad/s.
    """

    legs: LegPoses
    upright: Array
    soles: Array
    yaw_rate: Array

    @classmethod
    def measured(
        cls,
        kinematics: LegKinematics,
        sole_centre: Array,
        leg_qpos: Array,
        projected_gravity: Array,
        gyro: Array,
    ) -> BodyPose:
        """Return the pose from joint angles (N, num_leg_joints), gravity and gyro (N, 3).

        ``sole_centre`` (2, 3) is the soles' centres in their feet's frames.
        """
        legs = kinematics.forward(leg_qpos)
        upright = upright_matrix(projected_gravity)
        soles = np.einsum("nij,nsj->nsi", upright, legs.points(sole_centre))
        return cls(legs, upright, soles, -(projected_gravity * gyro).sum(axis=1))

    def foot_yaw(self) -> Array:
        """Return the feet's yaw in the upright frame, (N, 2) rad."""
        forward = np.einsum("nij,nsj->nsi", self.upright, self.legs.rotation[..., 0])
        return np.arctan2(forward[..., 1], forward[..., 0])
