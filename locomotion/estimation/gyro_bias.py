"""The gyro's bias about the vertical, taken while a robot stands.

Soles that stand creep and twist, but the line between them keeps its direction to 0.1 degrees a
second, which the base itself does not. So the joints show how far the base turned from that line.
What the gyro shows beyond it grows with time by the bias: the slope of a straight line, fitted by
least squares as a filter with falling gains (an expanding-memory polynomial filter; Brookner,
"Tracking and Kalman Filtering Made Easy", 1998, chapter 1). The bias about horizontal axes is left
to the attitude filter, which has gravity to compare with.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.bounds import bound

# Ticks of standing before the soles have settled.
SETTLING_TICKS = 15
# Ticks that the first estimate, no bias, counts for: fewer would follow the encoders' noise.
FIRST_TICKS = 10
# Ticks after which the estimate forgets, because a bias changes with the temperature.
MAX_TICKS = 500
# A larger bias would be a foot that slips.
LIMIT_RAD_S = 0.02
# A robot that turns faster is stepping or was pushed.
STILL_RAD_S = 0.1


@dataclasses.dataclass(frozen=True)
class GyroBias:
    """The estimate of N robots.

    Attributes:
        rate: Bias of the turning rate about the vertical, (N,) rad/s.
        excess: Angle that the gyro shows beyond the soles and the bias, (N,) rad.
        line_yaw: Direction from the right sole to the left one at the last tick, in the upright
            frame, (N,) rad.
        ticks: Number of ticks behind the estimate, (N,).
        standing_ticks: Number of ticks since the robots last stood up or were pushed, (N,).
    """

    rate: Array
    excess: Array
    line_yaw: Array
    ticks: Array
    standing_ticks: Array

    @classmethod
    def from_rest(cls, soles: Array) -> GyroBias:
        """Return no bias, for robots at rest whose soles are at (N, 2, 3) m, upright frame."""
        zero = np.zeros(len(soles))
        ticks = np.full(len(soles), float(FIRST_TICKS))
        return cls(zero, zero.copy(), _line_yaw(soles), ticks, zero.copy())

    def replaced(self, rate: Array) -> GyroBias:
        """Return the estimate with a known bias (N,) rad/s, which standing changes slowly."""
        rate = bound(rate, -LIMIT_RAD_S, LIMIT_RAD_S)
        ticks = np.full(len(rate), float(MAX_TICKS))
        return dataclasses.replace(self, rate=rate, excess=np.zeros(len(rate)), ticks=ticks)

    def updated(self, yaw_rate: Array, soles: Array, standing: Bools, dt: float) -> GyroBias:
        """Return the estimate ``dt`` seconds later.

        Args:
            yaw_rate: Turning rate about the vertical that the gyro measured, (N,) rad/s.
            soles: Centres of the soles in the upright frame, left first, (N, 2, 3) m.
            standing: Whether the robots stand on both feet at zero command, (N,).
            dt: Time since the last update, in seconds.
        """
        still = standing & (np.abs(yaw_rate - self.rate) < STILL_RAD_S)
        standing_ticks = np.where(still, self.standing_ticks + 1, 0.0)
        settled = standing_ticks > SETTLING_TICKS
        line_yaw = _line_yaw(soles)
        turned = self.line_yaw - line_yaw
        excess = self.excess + (yaw_rate - self.rate) * dt - turned
        ticks = np.minimum(self.ticks + 1, MAX_TICKS)
        # Gains of the fit of a line to this number of equally spaced points.
        angle_gain = 2 * (2 * ticks - 1) / (ticks * (ticks + 1))
        rate_gain = 6 / (ticks * (ticks + 1) * dt)
        rate = bound(self.rate + rate_gain * excess, -LIMIT_RAD_S, LIMIT_RAD_S)
        return GyroBias(
            rate=np.where(settled, rate, self.rate),
            excess=np.where(settled, (1 - angle_gain) * excess, 0.0),
            line_yaw=line_yaw,
            ticks=np.where(settled, ticks, self.ticks),
            standing_ticks=standing_ticks,
        )


def _line_yaw(soles: Array) -> Array:
    line = soles[:, 0] - soles[:, 1]
    # Seen from the left, so that the angle is small.
    return np.arctan2(-line[:, 0], line[:, 1])
