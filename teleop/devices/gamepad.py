"""The gamepad: sticks walk, or move a hand while that hand's shoulder button is held."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.devices.jog import HeightLever, JoggedHand, JogSpeeds, Stopwatch
from drive2walk.teleop.devices.page_state import GamepadState, PageState
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# Buttons of the browser's standard layout, https://www.w3.org/TR/gamepad/#remapping.
SHOULDERS = (4, 5)
TRIGGERS = (6, 7)
UP, DOWN = 12, 13
PRESSED = 0.5
# A stick at rest is rarely exactly at zero.
DEAD_ZONE = 0.12
AT_REST = GamepadState((0.0,) * 4, (0.0,) * 17)
NO_GAMEPAD = "no gamepad: press one of its buttons"


class GamepadDevice:
    """Converts the state of a gamepad to an operator's input.

    The left stick sets vx and vy, the right stick wz, and the cross up and down the pelvis height.
    While a shoulder button is held the robot stands and that side's stick moves that hand forwards
    and sideways; the cross lifts and lowers it; and the other stick tips and turns it, unless its
    own shoulder button is held too. A trigger closes its hand.

    Args:
        limits: Limits of the operator's input.
        speeds: Speeds at full deflection.

    Attributes:
        note: Parts that the sticks move, as the page names them.
    """

    def __init__(self, limits: OperatorLimits, speeds: JogSpeeds | None = None) -> None:
        self._speeds = speeds or JogSpeeds()
        self._lever = HeightLever(limits.standing_m, *limits.height_m)
        self._hands = (JoggedHand(), JoggedHand())
        self._watch = Stopwatch()
        self.note = NO_GAMEPAD

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input for the gamepad's state; at rest without a gamepad."""
        dt_s = self._watch.step(now_s)
        pad = page.gamepad or AT_REST
        sticks = (read_stick(pad.axes[:2]), read_stick(pad.axes[2:]))
        held = tuple(pad.buttons[button] > PRESSED for button in SHOULDERS)
        lift = float((pad.buttons[UP] > PRESSED) - (pad.buttons[DOWN] > PRESSED))
        for hand, trigger in zip(self._hands, TRIGGERS, strict=True):
            hand.grasp = max(0.0, pad.buttons[trigger])
        left, right = (self._move_hand(side, dt_s, sticks, held, lift) for side in (0, 1))
        base, rise = np.zeros(3), 0.0
        if not any(held):
            base = np.array([*sticks[0], sticks[1][1]]) * self._speeds.base
            rise = lift * self._speeds.height_m_s
        height = self._lever.step(dt_s, rise)
        self.note = self._describe(page.gamepad, held)
        return OperatorInput(now_s, np.array([*base, height]), left, right, page.events)

    def _move_hand(
        self,
        side: int,
        dt_s: float,
        sticks: tuple[Array, Array],
        held: tuple[bool, ...],
        lift: float,
    ) -> HandInput:
        velocity, turn = np.zeros(3), np.zeros(3)
        if held[side]:
            velocity = np.array([*sticks[side], lift]) * self._speeds.hand_m_s
            if not held[1 - side]:
                forward, leftward = sticks[1 - side]
                turn = np.array([0.0, forward, leftward]) * self._speeds.hand_rad_s
        return self._hands[side].step(dt_s, velocity, turn)

    @staticmethod
    def _describe(pad: GamepadState | None, held: tuple[bool, ...]) -> str:
        if pad is None:
            return NO_GAMEPAD
        names = [name for name, on in zip(("left", "right"), held, strict=True) if on]
        return f"{' and '.join(names)} hand" if names else "base"


def read_stick(axes: tuple[float, ...]) -> Array:
    """Return a stick's deflection (forward, leftward) outside its dead zone, (2,) from -1 to 1.

    Args:
        axes: Axes as the browser gives them, x to the right and y towards the player.
    """
    deflection = np.array([-axes[1], -axes[0]])
    length = float(np.linalg.norm(deflection))
    if length <= DEAD_ZONE:
        return np.zeros(2)
    reach = (min(length, 1.0) - DEAD_ZONE) / (1 - DEAD_ZONE)
    return deflection / length * reach
