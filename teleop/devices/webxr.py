"""The headset: controllers or tracked hands move the robot's hands, thumbsticks its base."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate,
    quat_yaw,
)
from drive2walk.teleop.devices.gamepad import stick
from drive2walk.teleop.devices.jog import HeightLever, JogSpeeds, Stopwatch
from drive2walk.teleop.devices.page_state import Headset, PageState, TrackedHand
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# A clutch engages above the first and lets go below the second, so that it doesn't flutter.
SQUEEZE_ON, SQUEEZE_OFF = 0.6, 0.4
PINCH_ON_M, PINCH_OFF_M = 0.02, 0.035
# Mean distance of the fingertips from the wrist, of a flat hand and of a fist.
OPEN_REACH_M, CLOSED_REACH_M = 0.16, 0.08
# How far the right stick must be pushed before it changes the height and not the heading.
HEIGHT_FROM = 0.6


class WebXR:
    """Turns a headset's state into an operator's input.

    A controller's squeeze, or a pinch of thumb and index finger, is the clutch; its trigger, or
    the curl of the other fingers, closes the hand. Left stick: vx, vy; right stick: wz, and far up
    or down the pelvis' height. Forward is where the operator looked at the start of the session or
    at the last recentring.

    Attributes:
        note: what the headset tracks, for the page.
    """

    def __init__(self, limits: OperatorLimits, speeds: JogSpeeds | None = None) -> None:
        self._speeds = speeds or JogSpeeds()
        self._lever = HeightLever(limits.standing_m, *limits.height_m)
        self._watch = Stopwatch()
        self._heading: Array | None = None
        self._hands = (HandInput(), HandInput())
        self.note = "not in VR"

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input that the headset's state means; at rest outside of a VR session."""
        dt_s = self._watch.step(now_s)
        headset = page.headset
        if headset is None:
            self._heading, self.note = None, "not in VR"
            self._hands = (_let_go(self._hands[0]), _let_go(self._hands[1]))
            return OperatorInput(
                now_s, left=self._hands[0], right=self._hands[1], events=page.events
            )
        if self._heading is None or "recentre" in page.events:
            yaw = quat_yaw(headset.viewer.orientation)
            self._heading = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), -yaw)
        self._hands = (
            hand_input(headset.left, self._hands[0], self._heading),
            hand_input(headset.right, self._hands[1], self._heading),
        )
        self.note = _describe(headset)
        return OperatorInput(now_s, self._base(headset, dt_s), *self._hands, page.events)

    def _base(self, headset: Headset, dt_s: float) -> Array:
        walk, turn = (
            np.zeros(2) if hand is None else stick(hand.stick)
            for hand in (headset.left, headset.right)
        )
        upright = abs(turn[0]) > max(HEIGHT_FROM, abs(turn[1]))
        rise = turn[0] * self._speeds.height_m_s if upright else 0.0
        height = self._lever.step(dt_s, float(rise))
        speeds = np.array([*walk, 0.0 if upright else turn[1]]) * self._speeds.base
        return np.array([*speeds, height])


def hand_input(tracked: TrackedHand | None, before: HandInput, heading: Array) -> HandInput:
    """Return a hand's input; a hand that isn't seen lets go and stays where it was.

    Args:
        tracked: what the headset sees of it.
        before: its last input, for the clutch's hysteresis.
        heading: (4,) turns the reference space so that x is the operator's forward.
    """
    if tracked is None:
        return _let_go(before)
    if tracked.pinch_m is None:
        clutch = tracked.squeeze > (SQUEEZE_OFF if before.clutch else SQUEEZE_ON)
        grasp = tracked.trigger
    else:
        clutch = tracked.pinch_m < (PINCH_OFF_M if before.clutch else PINCH_ON_M)
        grasp = (OPEN_REACH_M - tracked.reach_m) / (OPEN_REACH_M - CLOSED_REACH_M)
    return HandInput(
        clutch,
        quat_rotate(heading, tracked.pose.position),
        quat_multiply(heading, tracked.pose.orientation),
        float(np.clip(grasp, 0.0, 1.0)),
    )


def _let_go(hand: HandInput) -> HandInput:
    return HandInput(False, hand.position, hand.orientation, hand.grasp)


def _describe(headset: Headset) -> str:
    kinds = {
        "tracked hands" if hand.pinch_m is not None else "controllers"
        for hand in (headset.left, headset.right)
        if hand is not None
    }
    return " and ".join(sorted(kinds)) or "no hands in view"
