"""What an operator asks of the robot at one moment, whatever the operator holds.

Hands are given in the operator's frame, x forward, y left, z up, with its origin anywhere: only
motion between two inputs counts, and only while the clutch is held.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array

# record: start an episode; save, discard: end it; hold: stand still, arms where they are;
# recentre: the operator's frame jumps, so that hands must not be compared across this input.
EVENTS = ("record", "save", "discard", "hold", "recentre")
AT_REST = np.array([0.0, 0.0, 0.0, np.nan])


@dataclasses.dataclass(frozen=True)
class HandInput:
    """One hand of the operator.

    Attributes:
        clutch: the hand's motion counts only while it is held.
        position: (3,) metres in the operator's frame.
        orientation: (4,) wxyz, the hand in the operator's frame.
        grasp: 0 is an open hand, 1 a closed one.
    """

    clutch: bool = False
    position: Array = dataclasses.field(default_factory=lambda: np.zeros(3))
    orientation: Array = dataclasses.field(default_factory=lambda: np.array([1.0, 0.0, 0.0, 0.0]))
    grasp: float = 0.0


@dataclasses.dataclass(frozen=True)
class OperatorInput:
    """What the operator asks for at one moment.

    Attributes:
        time_s: ``time.monotonic()`` when it arrived.
        base: (4,) vx and vy in m/s, wz in rad/s, and the pelvis' height above the ground in
            metres, nan to leave it as it is.
        left, right: the hands.
        events: of ``EVENTS``, each given once; "hold" is repeated for as long as it is meant.
    """

    time_s: float
    base: Array = dataclasses.field(default_factory=AT_REST.copy)
    left: HandInput = HandInput()
    right: HandInput = HandInput()
    events: tuple[str, ...] = ()

    @property
    def neutral(self) -> bool:
        """Whether nothing is asked to move: the base at rest and both clutches open."""
        return not (self.left.clutch or self.right.clutch or self.base[:3].any())
