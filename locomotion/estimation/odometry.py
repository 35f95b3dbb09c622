"""Base velocity, height and planar pose from the stance leg and the gyro.

The stance foot doesn't move, so the change of its position in the base frame is the base's own
motion. Which foot stands is known from the gait's schedule, not from sensors.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Ids

# Feet strike and flex; the filter trades their noise for this much delay.
VELOCITY_TIME_CONSTANT_S = 0.03
MEAN_TIME_CONSTANT_S = 0.4


@dataclasses.dataclass(frozen=True)
class Odometry:
    """The estimated motion of N robots.

    Attributes:
        position: Position since the start, in the frame of the start, (N, 2) m.
        yaw: Yaw since the start, (N,) rad.
        velocity: Velocity of the base in the upright frame, (N, 3) m/s.
        yaw_rate: Turning rate about the vertical, (N,) rad/s.
        mean_velocity: vx, vy, wz averaged over 0.4 s, (N, 3).
        height: Height of the base above the stance sole, (N,) m.
        soles: Centres of the soles in the upright frame, (N, 2, 3) m.
    """

    position: Array
    yaw: Array
    velocity: Array
    yaw_rate: Array
    mean_velocity: Array
    height: Array
    soles: Array

    @classmethod
    def from_rest(cls, soles: Array) -> Odometry:
        """Return the odometry of robots at rest whose soles are at (N, 2, 3) m."""
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

    def updated(self, soles: Array, yaw_rate: Array, resting: Ids, dt: float) -> Odometry:
        """Return the odometry ``dt`` seconds later.

        Args:
            soles: Centres of the soles now, upright frame, (N, 2, 3) m.
            yaw_rate: Turning rate about the vertical, (N,) rad/s.
            resting: Foot that has not moved since the last update, 0 left or 1 right, (N,).
            dt: Time since the last update, in seconds.
        """
        row = np.arange(len(resting))
        old, new = self.soles[row, resting], soles[row, resting]
        turn = yaw_rate * dt
        # The old foot position seen from the turned frame, less the new: the base's motion.
        planar = rotate(old[:, :2], -turn) - new[:, :2]
        step = np.column_stack([planar, old[:, 2] - new[:, 2]])
        yaw = self.yaw + turn
        fresh = 1 - np.exp(-dt / VELOCITY_TIME_CONSTANT_S)
        velocity = self.velocity + fresh * (step / dt - self.velocity)
        motion = np.array([velocity[:, 0], velocity[:, 1], yaw_rate]).T
        mean = self.mean_velocity + dt / MEAN_TIME_CONSTANT_S * (motion - self.mean_velocity)
        return Odometry(
            position=self.position + rotate(planar, yaw),
            yaw=yaw,
            velocity=velocity,
            yaw_rate=yaw_rate,
            mean_velocity=mean,
            height=-new[:, 2],
            soles=soles,
        )

    def to_start_frame(self, point: Array) -> Array:
        """Return points (N, 2) of the upright frame in the frame of the start."""
        return self.position + rotate(point, self.yaw)

    def from_start_frame(self, point: Array) -> Array:
        """Return points (N, 2) of the frame of the start in the upright frame."""
        return rotate(point - self.position, -self.yaw)


def rotate(vector: Array, angle_rad: Array) -> Array:
    """Return vectors (N, 2) turned by angles (N,)."""
    sin, cos = np.sin(angle_rad), np.cos(angle_rad)
    x, y = vector[:, 0], vector[:, 1]
    turned = np.empty_like(vector)
    turned[:, 0] = cos * x - sin * y
    turned[:, 1] = sin * x + cos * y
    return turned
