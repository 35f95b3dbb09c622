"""The keyboard: drives the base and either hand."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from drive2walk.teleop.devices.jog import HeightLever, JoggedHand, JogSpeeds, Stopwatch
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# Key code -> (axis, sign). The page's help (console/page/index.html) shows the same keys.
BASE_KEYS = {
    "KeyW": (0, 1.0),
    "KeyS": (0, -1.0),
    "KeyA": (1, 1.0),
    "KeyD": (1, -1.0),
    "KeyQ": (2, 1.0),
    "KeyE": (2, -1.0),
}
HEIGHT_KEYS = {"KeyX": (0, 1.0), "KeyZ": (0, -1.0)}
MOVE_KEYS = {
    "KeyI": (0, 1.0),
    "KeyK": (0, -1.0),
    "KeyJ": (1, 1.0),
    "KeyL": (1, -1.0),
    "KeyU": (2, 1.0),
    "KeyO": (2, -1.0),
}
# With Shift: I and K tip the hand, J and L turn it, U and O roll it.
TURN_KEYS = {
    "KeyI": (1, 1.0),
    "KeyK": (1, -1.0),
    "KeyJ": (2, 1.0),
    "KeyL": (2, -1.0),
    "KeyU": (0, 1.0),
    "KeyO": (0, -1.0),
}
TURN_MODIFIERS = {"ShiftLeft", "ShiftRight"}
GRASP_KEY = "KeyG"
# Whether the keys move the left and the right hand.
CHOICES = {"Digit1": (True, False), "Digit2": (False, True), "Digit3": (True, True)}
CHOICE_NOTES = {
    (True, False): "left hand",
    (False, True): "right hand",
    (True, True): "both hands",
}


class KeyboardDevice:
    """Converts held keys to an operator's input.

    Args:
        limits: Limits of the operator's input.
        speeds: Speeds while a key is held.

    Attributes:
        note: The hands that the keys move, for the page.
    """

    def __init__(self, limits: OperatorLimits, speeds: JogSpeeds | None = None) -> None:
        self._speeds = speeds or JogSpeeds()
        self._lever = HeightLever(limits.standing_m, *limits.height_m)
        self._hands = (JoggedHand(), JoggedHand())
        self._watch = Stopwatch()
        self._chosen = (False, True)
        self._last_keys: AbstractSet[str] = frozenset()

    @property
    def note(self) -> str:
        """The hands that the keys move."""
        return CHOICE_NOTES[self._chosen]

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input for the held keys."""
        dt_s = self._watch.step(now_s)
        self._press_keys(page.keys - self._last_keys)
        self._last_keys = page.keys
        base = sum_directions(page.keys, BASE_KEYS) * np.array(self._speeds.base)
        rise = float(sum_directions(page.keys, HEIGHT_KEYS)[0]) * self._speeds.height_m_s
        height = self._lever.step(dt_s, rise)
        left, right = self._move_hands(page.keys, dt_s)
        return OperatorInput(now_s, np.array([*base, height]), left, right, page.events)

    def _press_keys(self, pressed: AbstractSet[str]) -> None:
        for key in pressed & CHOICES.keys():
            self._chosen = CHOICES[key]
        if GRASP_KEY in pressed:
            chosen = [h for h, c in zip(self._hands, self._chosen, strict=True) if c]
            closed = all(hand.grasp == 1.0 for hand in chosen)
            for hand in chosen:
                hand.grasp = 0.0 if closed else 1.0

    def _move_hands(self, keys: AbstractSet[str], dt_s: float) -> tuple[HandInput, HandInput]:
        turning = bool(keys & TURN_MODIFIERS)
        velocity, turn = np.zeros(3), np.zeros(3)
        if turning:
            turn = sum_directions(keys, TURN_KEYS) * self._speeds.hand_rad_s
        else:
            velocity = sum_directions(keys, MOVE_KEYS) * self._speeds.hand_m_s
        left, right = (
            hand.step(dt_s, velocity * chosen, turn * chosen)
            for hand, chosen in zip(self._hands, self._chosen, strict=True)
        )
        return left, right


def sum_directions(
    keys: AbstractSet[str], directions: dict[str, tuple[int, float]]
) -> NDArray[np.float64]:
    """Return the direction along each axis, -1, 0 or 1, (3,); opposite keys cancel.

    Args:
        keys: Held keys.
        directions: Axis and sign of each key.
    """
    total = np.zeros(3)
    for key in keys & directions.keys():
        axis, sign = directions[key]
        total[axis] += sign
    return total
