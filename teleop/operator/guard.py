"""The guard between an operator and the robot: watchdog, hold, limits and jump detection."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import AT_REST, HandInput, OperatorInput

NO_OPERATOR = "no operator is connected"
STALLED = "the operator's input has stalled"
REQUESTED = "the operator asked for a hold"
NOT_FINITE = "the operator's input contains numbers that are not finite"
NOT_NEUTRAL = "release the clutches and the sticks to go on"


@dataclasses.dataclass(frozen=True)
class GuardState:
    """The guard's answer to one input, and everything it remembers for the next one.

    Attributes:
        input: Input within the limits. In a hold it is at rest, with open clutches.
        hold: Reason why the robot holds still, for the operator to read; None outside a hold.
        blocked: Whether the left and the right clutch are ignored until they are released.
    """

    input: OperatorInput
    hold: str | None
    blocked: tuple[bool, bool] = (False, False)

    @classmethod
    def initial(cls, now_s: float) -> GuardState:
        """Return the hold in which a session starts; the first neutral input ends it."""
        return cls(OperatorInput(now_s), NO_OPERATOR)


def guard_input(
    before: GuardState, given: OperatorInput | None, now_s: float, limits: OperatorLimits
) -> GuardState:
    """Return the part of the operator's input that the robot may follow.

    In a hold the base rests, the hands stay where they are (clutches open, grasps unchanged) and
    nothing may be recorded. A hold ends only with a fresh input that asks for no motion, so that
    the robot never starts to move when a connection comes back.

    Args:
        before: Previous answer of the guard, or ``GuardState.initial``.
        given: Newest input of the device; None before the first one.
        now_s: Current ``time.monotonic()``.
        limits: Limits of the input.
    """
    reason = _find_hold_reason(given, now_s, limits)
    if given is None or reason is not None:
        return _hold(before, given, now_s, reason or NO_OPERATOR)
    if before.hold is not None and not given.neutral:
        return _hold(before, given, now_s, NOT_NEUTRAL)
    same_frame = before.hold is None and "recentre" not in given.events
    left, left_blocked = _guard_hand(
        before.input.left, given.left, before.blocked[0], same_frame, limits
    )
    right, right_blocked = _guard_hand(
        before.input.right, given.right, before.blocked[1], same_frame, limits
    )
    # A height of nan (unchanged) stays nan.
    base = np.clip(given.base, *limits.base)
    allowed = dataclasses.replace(given, base=base, left=left, right=right)
    return GuardState(allowed, None, (left_blocked, right_blocked))


def _find_hold_reason(
    given: OperatorInput | None, now_s: float, limits: OperatorLimits
) -> str | None:
    """Return why the robot can't follow this input, None if it can."""
    if given is None:
        return NO_OPERATOR
    if "hold" in given.events:
        return REQUESTED
    if now_s - given.time_s > limits.timeout_s:
        return STALLED
    return None if _is_valid(given) else NOT_FINITE


def _is_valid(given: OperatorInput) -> bool:
    """Return whether all numbers are finite (the height may be nan) and quaternions have length."""
    hands = (given.left, given.right)
    numbers = [given.base[:3], *(np.array([*h.position, h.grasp]) for h in hands)]
    lengths = np.array([np.linalg.norm(h.orientation) for h in hands])
    finite = np.isfinite(np.concatenate(numbers)).all() and not np.isinf(given.base[3])
    return bool(finite and ((lengths > 0.5) & (lengths < 2.0)).all())


def _hold(before: GuardState, given: OperatorInput | None, now_s: float, reason: str) -> GuardState:
    """Return a hold. Nothing moves; events except "record" still count, so no save is lost."""
    left, right = (
        dataclasses.replace(hand, clutch=False) for hand in (before.input.left, before.input.right)
    )
    events = () if given is None else tuple(e for e in given.events if e != "record")
    return GuardState(OperatorInput(now_s, AT_REST.copy(), left, right, events), reason)


def _guard_hand(
    before: HandInput, given: HandInput, blocked: bool, same_frame: bool, limits: OperatorLimits
) -> tuple[HandInput, bool]:
    """Return a hand within the limits, and whether its clutch stays blocked until released."""
    orientation = given.orientation / np.linalg.norm(given.orientation)
    jumped = before.clutch and not (same_frame and _is_near(before, given, limits))
    blocked = given.clutch and (blocked or jumped)
    grasp = float(np.clip(given.grasp, 0.0, 1.0))
    clutch = given.clutch and not blocked
    return dataclasses.replace(given, clutch=clutch, orientation=orientation, grasp=grasp), blocked


def _is_near(before: HandInput, given: HandInput, limits: OperatorLimits) -> bool:
    """Return whether a tracked hand can have moved this far between two inputs."""
    cosine = abs(float(before.orientation @ given.orientation)) / np.linalg.norm(given.orientation)
    angle = 2 * float(np.arccos(np.clip(cosine, 0.0, 1.0)))
    distance = np.linalg.norm(given.position - before.position)
    return bool(distance <= limits.hand_step_m and angle <= limits.hand_step_rad)
