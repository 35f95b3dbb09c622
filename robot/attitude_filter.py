"""Attitude from gyro and accelerometer.

The explicit complementary filter of Mahony, Hamel and Pflimlin, "Nonlinear Complementary Filters
on the Special Orthogonal Group", IEEE Transactions on Automatic Control 53(5), 2008, for one
measured direction: gravity. It finds roll, pitch and the gyro's bias about horizontal axes. Yaw
needs a second direction, so it is left to the odometry.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array

GRAVITY_M_S2 = 9.81


@dataclasses.dataclass(frozen=True)
class FilterGains:
    """The gains of an attitude filter.

    Attributes:
        proportional: Rate at which the attitude follows the accelerometer, 1/s.
        integral: Rate at which the bias follows the error of the attitude, 1/s².
    """

    proportional: float
    integral: float


# Accelerations cancel within a step, so slow gains reject them. Without the samples that are far
# from gravity they would not cancel: foot strikes hold most of one direction.
WALKING = FilterGains(proportional=0.3, integral=0.03)


@dataclasses.dataclass(frozen=True)
class AttitudeFilter:
    """The estimate of one robot, or of N robots with a leading axis N in every field.

    Attributes:
        up: Unit vector against gravity in the base frame, (3,).
        gyro_bias: Estimated bias of the gyro, (3,) rad/s.
    """

    up: Array
    gyro_bias: Array

    @classmethod
    def from_rest(cls, force: Array) -> AttitudeFilter:
        """Return the filter of a robot at rest that measures the specific force (3,) m/s²."""
        return cls(_normalize(force), np.zeros_like(force))

    @property
    def projected_gravity(self) -> Array:
        """Estimated unit vector of gravity in the base frame, (3,)."""
        return -self.up

    def updated(
        self, gyro: Array, force: Array, dt: float, gains: FilterGains = WALKING
    ) -> AttitudeFilter:
        """Return the estimate ``dt`` seconds later.

        Args:
            gyro: Mean angular velocity since the last update, (3,) rad/s.
            force: Mean specific force since the last update, (3,) m/s².
            dt: Time since the last update, in seconds.
            gains: Gains of the filter.
        """
        # The force is not normalised: only then do the accelerations of a step cancel.
        error = _cross(force / GRAVITY_M_S2, self.up)
        rate = gyro - self.gyro_bias + gains.proportional * error
        # The midpoint rule: the error of a single step would add up during foot strikes.
        middle = self.up + 0.5 * dt * _cross(self.up, rate)
        up = _normalize(self.up + dt * _cross(middle, rate))
        return AttitudeFilter(up, self.gyro_bias - gains.integral * dt * error)


def _normalize(vector: Array) -> Array:
    return vector / np.sqrt((vector * vector).sum(axis=-1, keepdims=True))


def _cross(a: Array, b: Array) -> Array:
    """Return the cross product of (..., 3) vectors; numpy's takes several times as long."""
    product = np.empty_like(b)
    product[..., 0] = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1]
    product[..., 1] = a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    product[..., 2] = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product
