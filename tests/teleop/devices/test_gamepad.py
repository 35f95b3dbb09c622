from __future__ import annotations

import numpy as np
import pytest

from drive2walk.robot.geometry.transforms import quat_to_matrix
from drive2walk.teleop.devices.gamepad import DEAD_ZONE, GamepadDevice, read_stick
from drive2walk.teleop.devices.jog import JogSpeeds
from drive2walk.teleop.devices.page_state import GamepadState, PageState
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput

SPEEDS = JogSpeeds()
LB, RB, LT, UP = 4, 5, 6, 12


def hold(
    operator: GamepadDevice, axes: tuple[float, ...], *buttons: int, seconds: float = 1.0
) -> OperatorInput:
    pad = GamepadState(axes, tuple(float(k in buttons) for k in range(17)))
    for k in range(round(seconds / 0.02) + 1):
        given = operator.step(PageState(k, 0.0, gamepad=pad), k * 0.02)
    return given


@pytest.fixture
def operator() -> GamepadDevice:
    return GamepadDevice(OperatorLimits())


def test_sticks_walk_forwards_left_and_turn_left(operator: GamepadDevice) -> None:
    assert hold(operator, (0, -1, 0, 0)).base[:3] == pytest.approx([SPEEDS.base[0], 0, 0])
    assert hold(operator, (-1, 0, 0, 0)).base[:3] == pytest.approx([0, SPEEDS.base[1], 0])
    assert hold(operator, (0, 0, -1, 0)).base[:3] == pytest.approx([0, 0, SPEEDS.base[2]])


def test_a_stick_has_a_dead_zone_and_full_deflection() -> None:
    assert not read_stick((DEAD_ZONE / 2, DEAD_ZONE / 2)).any()
    assert np.linalg.norm(read_stick((1.0, 1.0))) == pytest.approx(1.0)
    assert np.linalg.norm(read_stick((DEAD_ZONE + 0.01, 0.0))) < 0.02


def test_a_shoulder_button_lets_its_stick_move_the_hand(operator: GamepadDevice) -> None:
    given = hold(operator, (0, -1, 0, 0), LB, UP)
    assert given.left.clutch
    assert not given.right.clutch
    expected = [SPEEDS.hand_m_s, 0, SPEEDS.hand_m_s]
    assert given.left.position == pytest.approx(expected, rel=0.05)
    assert not given.base[:3].any()


def test_the_other_stick_turns_the_hand(operator: GamepadDevice) -> None:
    given = hold(operator, (0, 0, -1, 0), LB)
    forward = quat_to_matrix(given.left.orientation)[:, 0]
    assert forward[1] > 0.5
    assert not given.left.position.any()


def test_with_both_shoulders_each_stick_moves_its_own_hand(operator: GamepadDevice) -> None:
    given = hold(operator, (0, -1, 0, 1), LB, RB)
    assert given.left.position[0] > 0.2
    assert given.right.position[0] < -0.2
    assert given.left.orientation == pytest.approx([1, 0, 0, 0])


def test_a_trigger_closes_its_hand_and_nothing_else(operator: GamepadDevice) -> None:
    given = hold(operator, (0, 0, 0, 0), LT)
    assert (given.left.grasp, given.right.grasp) == (1.0, 0.0)
    assert given.neutral


def test_without_a_gamepad_nothing_moves_and_the_note_says_so(operator: GamepadDevice) -> None:
    assert operator.step(PageState(0, 0.0), 0.0).neutral
    assert "no gamepad" in operator.note
