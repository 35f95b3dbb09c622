from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from drive2walk.robot.geometry.transforms import quat_rotate
from drive2walk.teleop.devices.page_parser import parse_page_state
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.webxr import WebXRDevice
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput

UPRIGHT = [0.0, 0.0, 0.0, 1.0]


def message(
    left: dict[str, Any] | None = None,
    right: dict[str, Any] | None = None,
    yaw: float = 0.0,
    events: tuple[str, ...] = (),
) -> PageState:
    viewer = [0, 1.6, 0, 0, math.sin(yaw / 2), 0, math.cos(yaw / 2)]
    xr = {"viewer": viewer, "left": left, "right": right}
    return parse_page_state({"seq": 1, "t": 0, "xr": xr, "events": list(events)})


def controller(position: list[float], **levels: Any) -> dict[str, Any]:
    return {"pose": [*position, *UPRIGHT], "trigger": 0, "squeeze": 0, "stick": [0, 0], **levels}


def read(state: PageState) -> OperatorInput:
    return WebXRDevice(OperatorLimits()).step(state, 0.0)


def test_axes_are_forward_left_up() -> None:
    # 0.3 m to the right, 1.2 m up, 0.5 m ahead, in WebXR's axes.
    given = read(message(left=controller([0.3, 1.2, -0.5])))
    assert given.left.position == pytest.approx([0.5, -0.3, 1.2])


def test_a_turn_of_the_hand_keeps_its_direction() -> None:
    # A turn to the left about WebXR's vertical y axis turns the operator's x towards y.
    quarter = [0, math.sin(math.pi / 4), 0, math.cos(math.pi / 4)]
    given = read(message(left={**controller([0, 0, 0]), "pose": [0, 0, 0, *quarter]}))
    assert quat_rotate(given.left.orientation, np.array([1.0, 0, 0])) == pytest.approx([0, 1, 0])


def test_forward_is_the_direction_of_view_at_the_start_and_after_recentring() -> None:
    device = WebXRDevice(OperatorLimits())
    looking_left = message(left=controller([-0.5, 1, 0]), yaw=math.pi / 2)
    given = device.step(looking_left, 0.0)
    assert given.left.position == pytest.approx([0.5, 0, 1])  # left in WebXR's axes is ahead
    given = device.step(message(left=controller([-0.5, 1, 0])), 0.1)
    assert given.left.position == pytest.approx([0.5, 0, 1])  # looking around changes nothing
    given = device.step(message(left=controller([-0.5, 1, 0]), events=("recentre",)), 0.2)
    assert given.left.position == pytest.approx([0, 0.5, 1])


def test_the_squeeze_is_a_clutch_with_hysteresis() -> None:
    device = WebXRDevice(OperatorLimits())
    levels = [0.0, 0.5, 0.7, 0.5, 0.3, 0.5]
    clutches = [
        device.step(message(right=controller([0, 1, 0], squeeze=s)), 0.0).right.clutch
        for s in levels
    ]
    assert clutches == [False, False, True, True, False, False]


def test_the_trigger_closes_the_hand() -> None:
    assert read(message(right=controller([0, 1, 0], trigger=0.4))).right.grasp == 0.4


def test_sticks_walk_and_turn_and_far_down_lowers_the_pelvis() -> None:
    walk = read(message(left=controller([0, 1, 0], stick=[0, -1]))).base
    assert walk[0] > 0
    assert walk[1] == 0
    turn = read(message(right=controller([0, 1, 0], stick=[-1, 0]))).base
    assert turn[2] > 0
    assert np.isnan(turn[3])
    device = WebXRDevice(OperatorLimits())
    down = message(right=controller([0, 1, 0], stick=[0.2, 1]))
    bases = [device.step(down, 0.1 * k).base for k in range(5)]
    assert bases[-1][3] < bases[1][3] < OperatorLimits().standing_m + 1e-9
    assert not any(base[2] for base in bases)


def test_a_tracked_hand_pinches_to_move_and_curls_to_grasp() -> None:
    def tracked(pinch: float, reach: float) -> OperatorInput:
        hand = {"pose": [0, 1, 0, *UPRIGHT], "pinch": pinch, "reach": reach}
        return read(message(left=hand))

    assert not tracked(0.08, 0.16).left.clutch
    assert tracked(0.01, 0.16).left.clutch
    assert tracked(0.01, 0.16).left.grasp == 0.0
    assert tracked(0.08, 0.06).left.grasp == 1.0


def test_a_hand_out_of_view_opens_its_clutch_and_keeps_its_grasp() -> None:
    device = WebXRDevice(OperatorLimits())
    seen = device.step(message(left=controller([0, 1, -0.4], squeeze=1, trigger=1)), 0.0)
    assert seen.left.clutch
    lost = device.step(message(), 0.02)
    assert not lost.left.clutch
    assert lost.left.position == pytest.approx(seen.left.position)
    assert lost.left.grasp == 1.0
    assert "no hands" in device.note


def test_outside_vr_nothing_moves() -> None:
    assert read(parse_page_state({"seq": 1, "t": 0})).neutral
