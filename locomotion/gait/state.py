"""Where robots are in their step."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools, Ids


@dataclasses.dataclass(frozen=True)
class GaitState:
    """The step of N robots.

    Attributes:
        phase: Phase of the step, (N,) in [0, 1).
        start_phase: Phase at which this step began, (N,).
        stance: Foot that stands, 0 left or 1 right, (N,).
        swing_start: Point where the swing sole lifted off, in the odometry's frame, (N, 2) m.
        swing_rise: Height of the swing sole above the stance sole there, or now while both stand,
            (N,) m.
        swing_yaw: Yaw of the swing foot there, in the odometry's frame, (N,) rad.
        aim: Target of the swing foot in the odometry's frame, NaN before it has one, (N, 2) m.
        standing: Robots that stand on both feet; their phase waits for the first step, (N,).
    """

    phase: Array
    start_phase: Array
    stance: Ids
    swing_start: Array
    swing_rise: Array
    swing_yaw: Array
    aim: Array
    standing: Bools

    def resting_foot(self, landing_phase: float) -> Ids:
        """Return the foot that doesn't move, (N,): the last one until the new one has landed."""
        return np.where(self.phase < landing_phase, 1 - self.stance, self.stance)
