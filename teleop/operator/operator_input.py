"""An operator's input at one moment, the same for every device.

Hand poses are in the operator's frame: x forward, y left, z up, with any origin. Only the motion
between two inputs counts, and only while the clutch is held. Poses of an operator that knows where
the robot's hands are can be absolute instead.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array

# record: start an episode. save, discard: end it. hold: stand still, arms where they are.
# recentre: the operator's frame jumps, so hands must not be compared across this input.
# switch: take over from a policy, or hand back to it.
EVENTS = ("record", "save", "discard", "hold", "recentre", "switch")
AT_REST = np.array([0.0, 0.0, 0.0, np.nan])


@dataclasses.dataclass(frozen=True)
class HandInput:
    """One hand of the operator.

    Attributes:
        clutch: Whether the hand's motion counts.
        position: Position in the operator's frame, (3,) m.
        orientation: Orientation in the operator's frame, (4,) wxyz.
        grasp: Closing of the hand, from 0 (open) to 1 (closed).
        absolute: Whether the pose is where the robot's hand shall be, in the levelled base frame.
            A hand that is elsewhere when the clutch engages goes there slowly.
    """

    clutch: bool = False
    position: Array = dataclasses.field(default_factory=lambda: np.zeros(3))
    orientation: Array = dataclasses.field(default_factory=lambda: np.array([1.0, 0.0, 0.0, 0.0]))
    grasp: float = 0.0
    absolute: bool = False


@dataclasses.dataclass(frozen=True)
class OperatorInput:
    """An operator's input at one moment.

    Attributes:
        time_s: ``time.monotonic()`` at arrival.
        base: Base command, (4,): vx and vy in m/s, wz in rad/s, and the pelvis height above the
            ground in metres; a height of nan leaves it unchanged.
        left: Left hand.
        right: Right hand.
        events: Names from ``EVENTS``. Each is given once, except "hold", which is repeated for as
            long as the operator asks for it.
        intervention: Whether a person or a script has taken over from a policy.
    """

    time_s: float
    base: Array = dataclasses.field(default_factory=AT_REST.copy)
    left: HandInput = HandInput()
    right: HandInput = HandInput()
    events: tuple[str, ...] = ()
    intervention: bool = False

    @property
    def neutral(self) -> bool:
        """Whether nothing is asked to move: the base rests and both clutches are open."""
        return not (self.left.clutch or self.right.clutch or self.base[:3].any())


def make_neutral(given: OperatorInput) -> OperatorInput:
    """Return the input with the base at rest and open clutches; grasps and events stay."""
    left, right = (dataclasses.replace(hand, clutch=False) for hand in (given.left, given.right))
    return dataclasses.replace(given, base=AT_REST.copy(), left=left, right=right)


def take_absolutely(given: OperatorInput) -> OperatorInput:
    """Return the input with absolute hand poses, as a policy means them."""
    left, right = (dataclasses.replace(hand, absolute=True) for hand in (given.left, given.right))
    return dataclasses.replace(given, left=left, right=right)
