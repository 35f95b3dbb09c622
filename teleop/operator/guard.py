"""The guard between an operator and the robot: a watchdog, a hold, limits, and no jumps."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.operator.operator_input import AT_REST, HandInput, OperatorInput

NO_OPERATOR = "no operator is connected"
STALLED = "the operator's input has stalled"
ASKED = "the operator asked for a hold"
NOT_FINITE = "the operator's input holds numbers that are not finite"
NOT_NEUTRAL = "let go of the clutches and the sticks to go on"


@dataclasses.dataclass(frozen=True)
class OperatorLimits:
    """What an operator may ask for.

    Attributes:
        timeout_s: an input older than this is no input.
        vx_m_s, vy_m_s, wz_rad_s, height_m: lowest and highest base command.
        standing_m: the pelvis' height from which an operator starts to change it.
        hand_step_m: a hand that moves further between two inputs has lost its tracking.
        hand_step_rad: the same for its turn.
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
        """Lowest and highest base command, (4,) each."""
        rows = np.array([self.vx_m_s, self.vy_m_s, self.wz_rad_s, self.height_m])
        return rows[:, 0], rows[:, 1]


@dataclasses.dataclass(frozen=True)
class Guarded:
    """What may be done after one input, and all that the guard remembers of it.

    Attributes:
        input: the input within the limits; at rest and with open clutches in a hold.
        hold: why the robot holds still, for the operator to read; None where it doesn't.
        blocked: left and right hands whose clutch counts again only once it was let go.
    """

    input: OperatorInput
    hold: str | None
    blocked: tuple[bool, bool] = (False, False)

    @classmethod
    def start(cls, now_s: float) -> Guarded:
        """Return the hold that a session starts in; it ends with the first neutral input."""
        return cls(OperatorInput(now_s), NO_OPERATOR)


def guard(
    before: Guarded, given: OperatorInput | None, now_s: float, limits: OperatorLimits
) -> Guarded:
    """Return what of the operator's input the robot may follow.

    In a hold the base rests, the hands stay (clutches open, grasps as they were) and nothing is to
    be recorded. A hold ends only with a fresh input that asks nothing to move, so that a robot
    never starts off by itself when a connection comes back.

    Args:
        before: the guard's last answer, or ``Guarded.start``.
        given: the device's newest input, None before the first.
        now_s: ``time.monotonic()``.
        limits: what may be asked for.
    """
    reason = _reason(given, now_s, limits)
    if given is None or reason is not None:
        return _held(before, given, now_s, reason or NO_OPERATOR)
    if before.hold is not None and not given.neutral:
        return _held(before, given, now_s, NOT_NEUTRAL)
    same_frame = before.hold is None and "recentre" not in given.events
    left, left_blocked = _hand(before.input.left, given.left, before.blocked[0], same_frame, limits)
    right, right_blocked = _hand(
        before.input.right, given.right, before.blocked[1], same_frame, limits
    )
    # nan, a height left as it is, passes through a clip.
    base = np.clip(given.base, *limits.base)
    allowed = dataclasses.replace(given, base=base, left=left, right=right)
    return Guarded(allowed, None, (left_blocked, right_blocked))


def _reason(given: OperatorInput | None, now_s: float, limits: OperatorLimits) -> str | None:
    """Return why this input can't be followed, None where it can."""
    if given is None:
        return NO_OPERATOR
    if "hold" in given.events:
        return ASKED
    if now_s - given.time_s > limits.timeout_s:
        return STALLED
    return None if _finite(given) else NOT_FINITE


def _finite(given: OperatorInput) -> bool:
    """Whether every number is one, the height aside, and the orientations are turns."""
    hands = (given.left, given.right)
    numbers = [given.base[:3], *(np.array([*h.position, h.grasp]) for h in hands)]
    lengths = np.array([np.linalg.norm(h.orientation) for h in hands])
    finite = np.isfinite(np.concatenate(numbers)).all() and not np.isinf(given.base[3])
    return bool(finite and ((lengths > 0.5) & (lengths < 2.0)).all())


def _held(before: Guarded, given: OperatorInput | None, now_s: float, reason: str) -> Guarded:
    """Return the hold: nothing moves, events still count (a save must not be lost)."""
    left, right = (
        dataclasses.replace(hand, clutch=False) for hand in (before.input.left, before.input.right)
    )
    events = () if given is None else tuple(e for e in given.events if e != "record")
    held = OperatorInput(now_s, AT_REST.copy(), left, right, events)
    return Guarded(held, reason)


def _hand(
    before: HandInput, given: HandInput, blocked: bool, same_frame: bool, limits: OperatorLimits
) -> tuple[HandInput, bool]:
    """Return a hand within limits, and whether its clutch is blocked until it is let go."""
    orientation = given.orientation / np.linalg.norm(given.orientation)
    jumped = before.clutch and not (same_frame and _near(before, given, limits))
    blocked = given.clutch and (blocked or jumped)
    hand = HandInput(
        given.clutch and not blocked,
        given.position,
        orientation,
        float(np.clip(given.grasp, 0.0, 1.0)),
    )
    return hand, blocked


def _near(before: HandInput, given: HandInput, limits: OperatorLimits) -> bool:
    """Whether a hand can have moved this far between two inputs."""
    cosine = abs(float(before.orientation @ given.orientation)) / np.linalg.norm(given.orientation)
    angle = 2 * float(np.arccos(np.clip(cosine, 0.0, 1.0)))
    distance = np.linalg.norm(given.position - before.position)
    return bool(distance <= limits.hand_step_m and angle <= limits.hand_step_rad)
