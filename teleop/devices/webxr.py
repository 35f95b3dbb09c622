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
from drive2walk.teleop.devices.gamepad import read_stick
from drive2walk.teleop.devices.jog import HeightLever, JogSpeeds, Stopwatch
from drive2walk.teleop.devices.page_state import HeadsetState, PageState, TrackedHand
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

# A clutch engages at the first threshold and opens at the second, so that it doesn't flutter.
SQUEEZE_ON, SQUEEZE_OFF = 0.6, 0.4
PINCH_ON_M, PINCH_OFF_M = 0.02, 0.035
# Mean distance of the fingertips from the wrist, for a flat hand and for a fist.
OPEN_REACH_M, CLOSED_REACH_M = 0.16, 0.08
# Deflection of the right stick from which it changes the height instead of the heading.
HEIGHT_FROM = 0.6


class WebXRDevice:
    """Converts the state of a headset to an operator's input.

    A controller's squeeze, or a pinch of thumb and index finger, is the clutch; its trigger, or
    the curl of the other fingers, closes the hand. The left stick sets vx and vy; the right stick
    sets wz and, far up or down, the pelvis height. Forward is the direction in which the operator
    looked at the start of the VR session or at the last recentring.

    Args:
        limits: Limits of the operator's input.
        speeds: Speeds at full deflection of a stick.

    Attributes:
        note: Parts that the headset tracks, as the page names them.
    """

    def __init__(self, limits: OperatorLimits, speeds: JogSpeeds | None = None) -> None:
        self._speeds = speeds or JogSpeeds()
        self._lever = HeightLever(limits.standing_m, *limits.height_m)
        self._watch = Stopwatch()
        self._heading: Array | None = None
        self._hands = (HandInput(), HandInput())
        self.note = "not in VR"

    def step(self, page: PageState, now_s: float) -> OperatorInput:
        """Return the input for the headset's state; at rest outside a VR session."""
        dt_s = self._watch.step(now_s)
        headset = page.headset
        if headset is None:
            self._heading, self.note = None, "not in VR"
            self._hands = (_open_clutch(self._hands[0]), _open_clutch(self._hands[1]))
            return OperatorInput(
                now_s, left=self._hands[0], right=self._hands[1], events=page.events
            )
        if self._heading is None or "recentre" in page.events:
            yaw = quat_yaw(headset.viewer.orientation)
            self._heading = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), -yaw)
        self._hands = (
            read_tracked_hand(headset.left, self._hands[0], self._heading),
            read_tracked_hand(headset.right, self._hands[1], self._heading),
        )
        self.note = _describe(headset)
        return OperatorInput(now_s, self._read_base(headset, dt_s), *self._hands, page.events)

    def _read_base(self, headset: HeadsetState, dt_s: float) -> Array:
        walk, turn = (
            np.zeros(2) if hand is None else read_stick(hand.stick)
            for hand in (headset.left, headset.right)
        )
        upright = abs(turn[0]) > max(HEIGHT_FROM, abs(turn[1]))
        rise = turn[0] * self._speeds.height_m_s if upright else 0.0
        height = self._lever.step(dt_s, float(rise))
        speeds = np.array([*walk, 0.0 if upright else turn[1]]) * self._speeds.base
        return np.array([*speeds, height])


def read_tracked_hand(tracked: TrackedHand | None, before: HandInput, heading: Array) -> HandInput:
    """Return a hand's input; a hand out of view opens its clutch and stays where it was.

    Args:
        tracked: Hand as the headset reports it, None out of view.
        before: Last input of this hand, for the hysteresis of its clutch.
        heading: Rotation from the reference space to the operator's frame, (4,) wxyz.
    """
    if tracked is None:
        return _open_clutch(before)
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


def _open_clutch(hand: HandInput) -> HandInput:
    return HandInput(False, hand.position, hand.orientation, hand.grasp)


def _describe(headset: HeadsetState) -> str:
    kinds = {
        "tracked hands" if hand.pinch_m is not None else "controllers"
        for hand in (headset.left, headset.right)
        if hand is not None
    }
    return " and ".join(sorted(kinds)) or "no hands in view"
