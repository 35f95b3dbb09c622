"""Jogging: integrates the speeds that keys and sticks give to the poses that hands need."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply
from drive2walk.teleop.operator.operator_input import HandInput

# Longest step that is integrated. After a longer gap between two messages, nothing is known about
# the keys in between.
LONGEST_STEP_S = 0.1


@dataclasses.dataclass(frozen=True)
class JogSpeeds:
    """Speeds at full deflection.

    Attributes:
        base: Speeds of the base: vx and vy in m/s, wz in rad/s.
        height_m_s: Speed of the pelvis up and down, in m/s.
        hand_m_s: Speed of a hand, in m/s.
        hand_rad_s: Turning speed of a hand, in rad/s.
    """

    base: tuple[float, float, float] = (0.5, 0.25, 0.6)
    height_m_s: float = 0.08
    hand_m_s: float = 0.25
    hand_rad_s: float = 0.9


class JoggedHand:
    """A virtual hand that moves at given speeds and holds its clutch while it moves.

    Attributes:
        grasp: Closing of the hand, from 0 (open) to 1 (closed).
    """

    def __init__(self) -> None:
        self._position = np.zeros(3)
        self._orientation = np.array([1.0, 0.0, 0.0, 0.0])
        self._velocity = np.zeros(3)
        self._turn = np.zeros(3)
        self.grasp = 0.0

    def step(self, dt_s: float, velocity: Array, turn: Array) -> HandInput:
        """Move with the last speeds for ``dt_s``, take the new ones, and return the hand.

        Args:
            dt_s: Time since the last step, in seconds.
            velocity: Velocity in the operator's frame from now on, (3,) m/s.
            turn: Angular velocity about the operator's axes from now on, (3,) rad/s.
        """
        # The motion up to now still needs the clutch, so that a release loses nothing.
        moved = bool(self._velocity.any() or self._turn.any())
        self._position = self._position + self._velocity * dt_s
        angle = float(np.linalg.norm(self._turn)) * dt_s
        if angle > 0:
            step = quat_from_axis_angle(self._turn / np.linalg.norm(self._turn), np.array(angle))
            turned = quat_multiply(step, self._orientation)
            self._orientation = turned / np.linalg.norm(turned)
        self._velocity, self._turn = velocity, turn
        clutch = moved or bool(velocity.any() or turn.any())
        return HandInput(clutch, self._position, self._orientation, self.grasp)


class HeightLever:
    """The pelvis height; nan (unchanged) until it is first moved.

    Args:
        standing_m: Height from which it starts, in metres.
        lowest_m: Lowest height, in metres.
        highest_m: Highest height, in metres.
    """

    def __init__(self, standing_m: float, lowest_m: float, highest_m: float) -> None:
        self._range = (lowest_m, highest_m)
        self._standing = standing_m
        self._height = float("nan")

    def step(self, dt_s: float, speed_m_s: float) -> float:
        """Return the height in metres after moving at ``speed_m_s`` for ``dt_s``."""
        if speed_m_s:
            start = self._standing if np.isnan(self._height) else self._height
            self._height = float(np.clip(start + speed_m_s * dt_s, *self._range))
        return self._height


class Stopwatch:
    """Measures the time between two messages, up to ``LONGEST_STEP_S``."""

    def __init__(self) -> None:
        self._last: float | None = None

    def step(self, now_s: float) -> float:
        """Return the seconds since the last call, 0 at the first."""
        last = now_s if self._last is None else self._last
        self._last = now_s
        return float(np.clip(now_s - last, 0.0, LONGEST_STEP_S))
