"""The gamepad: sticks walk, and move a hand while that hand's shoulder button is held."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.devices.jog import HeightLever, JoggedHand, JogSpeeds, Stopwatch
from drive2walk.teleop.devices.page_state import Gamepad, PageState
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# Buttons of the browser's standard layout.
SHOULDERS = (4, 5)
TRIGGERS = (6, 7)
UP, DOWN = 12, 13
# A stick at rest is rarely at zero.
DEAD_ZONE = 0.12
NO_GAMEPAD = Gamepad((0.0,) * 4, (0.0,) * 17)


class GamepadOperator:
    """Turns a gamepad's state into an operator's input.

    Left stick: vx, vy; right stick: wz; up and down: the pelvis' height. While a shoulder button
    is held the robot stands, that side's stick moves that hand forwards and sideways, up and down
    lift and lower it, and the other stick, where its own shoulder button is free, tips and turns
    it. A trigger closes its hand.

    Attributes:
        note: what the sticks move, for the page.
    """

    def __init__(self, limits: OperatorLimits, speeds: JogSpeeds | None = None) -> None:
        self._speeds = speeds or JogSpeeds()
        self._lever = HeightLever(limits.standing_m, *limits.height_m)
        self._hands = (JoggedHand(), JoggedHand())
        self._watch = Stopwatch()
        self.note = "no gamepad: press one of its buttons"

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input that the gamepad's state means; at rest without a gamepad."""
        dt_s = self._watch.step(now_s)
        pad = page.gamepad or NO_GAMEPAD
        sticks = (stick(pad.axes[:2]), stick(pad.axes[2:]))
        held = tuple(pad.buttons[button] > 0.5 for button in SHOULDERS)
        lift = (pad.buttons[UP] > 0.5) - (pad.buttons[DOWN] > 0.5)
        left, right = (
            self._hand(side, dt_s, sticks, held, float(lift), pad.buttons[TRIGGERS[side]])
            for side in (0, 1)
        )
        base, rise = np.zeros(3), 0.0
        if not any(held):
            base = np.array([*sticks[0], sticks[1][1]]) * self._speeds.base
            rise = lift * self._speeds.height_m_s
        height = self._lever.step(dt_s, rise)
        self.note = self._describe(page.gamepad, held)
        return OperatorInput(now_s, np.array([*base, height]), left, right, page.events)

    def _hand(
        self,
        side: int,
        dt_s: float,
        sticks: tuple[Array, Array],
        held: tuple[bool, ...],
        lift: float,
        trigger: float,
    ) -> HandInput:
        velocity, turn = np.zeros(3), np.zeros(3)
        if held[side]:
            velocity = np.array([*sticks[side], lift]) * self._speeds.hand_m_s
            if not held[1 - side]:
                forward, leftward = sticks[1 - side]
                turn = np.array([0.0, forward, leftward]) * self._speeds.hand_rad_s
        hand = self._hands[side]
        hand.grasp = max(0.0, trigger)
        return hand.step(dt_s, velocity, turn)

    @staticmethod
    def _describe(pad: Gamepad | None, held: tuple[bool, ...]) -> str:
        if pad is None:
            return "no gamepad: press one of its buttons"
        names = [name for name, on in zip(("left", "right"), held, strict=True) if on]
        return f"{' and '.join(names)} hand" if names else "base"


def stick(axes: tuple[float, ...]) -> Array:
    """Return a stick's deflection (forward, leftward), (2,) of -1 to 1, outside its dead zone.

    The browser gives x to the right and y towards the player.
    """
    deflection = np.array([-axes[1], -axes[0]])
    length = float(np.linalg.norm(deflection))
    if length <= DEAD_ZONE:
        return np.zeros(2)
    reach = (min(length, 1.0) - DEAD_ZONE) / (1 - DEAD_ZONE)
    return deflection / length * reach
