"""The limits of an operator's input."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True)
class OperatorLimits:
    """The largest base commands and hand motions that an operator may ask for.

    Attributes:
        timeout_s: Age from which an input counts as stalled, in seconds.
        vx_m_s: Lowest and highest forward velocity, in m/s.
        vy_m_s: Lowest and highest velocity to the left, in m/s.
        wz_rad_s: Lowest and highest yaw rate, in rad/s.
        height_m: Lowest and highest pelvis height above the ground, in metres.
        standing_m: Pelvis height before the operator changes it, in metres.
        hand_step_m: Longest motion of a hand between two inputs, in metres. A longer one means
            that the tracking was lost.
        hand_step_rad: Largest turn of a hand between two inputs, in radians.
    """

    timeout_s: float = 0.15
    vx_m_s: tuple[float, float] = (-0.4, 0.8)
    vy_m_s: tuple[float, float] = (-0.3, 0.3)
    wz_rad_s: tuple[float, float] = (-0.7, 0.7)
    height_m: tuple[float, float] = (0.42, 0.80)
    standing_m: float = 0.74
    hand_step_m: float = 0.2
    hand_step_rad: float = 1.0

    @property
    def base(self) -> tuple[Array, Array]:
        """Lowest and highest base command (vx, vy, wz, height), (4,) each."""
        ranges = np.array([self.vx_m_s, self.vy_m_s, self.wz_rad_s, self.height_m])
        return ranges[:, 0], ranges[:, 1]
