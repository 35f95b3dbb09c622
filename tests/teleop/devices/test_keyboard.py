from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from drive2walk.robot.geometry.transforms import quat_to_matrix
from drive2walk.teleop.console.page_files import PAGE
from drive2walk.teleop.devices import keyboard
from drive2walk.teleop.devices.jog import JogSpeeds
from drive2walk.teleop.devices.keyboard import KeyboardDevice
from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput

SPEEDS = JogSpeeds()
STEP_S = 0.02


class Typist:
    """Holds keys of a keyboard for some time."""

    def __init__(self) -> None:
        self.keyboard = KeyboardDevice(OperatorLimits())
        self.now_s = 0.0
        self.hold(0.0)

    def hold(self, seconds: float, *keys: str) -> OperatorInput:
        for _ in range(max(1, round(seconds / STEP_S))):
            given = self.keyboard.step(PageState(0, 0.0, frozenset(keys)), self.now_s)
            self.now_s += STEP_S
        return given


@pytest.fixture
def typist() -> Typist:
    return Typist()


def test_base_keys_set_its_speeds_and_opposite_keys_cancel(typist: Typist) -> None:
    given = typist.hold(0.1, "KeyW", "KeyA", "KeyQ")
    assert given.base[:3] == pytest.approx(SPEEDS.base)
    assert np.isnan(given.base[3])
    assert typist.hold(0.1, "KeyW", "KeyS").neutral
    assert not typist.hold(0.1).base[:3].any()


def test_the_height_starts_from_standing_and_stays_when_released(typist: Typist) -> None:
    limits = OperatorLimits()
    lower = typist.hold(1.0, "KeyZ").base[3]
    assert lower == pytest.approx(limits.standing_m - SPEEDS.height_m_s, abs=0.005)
    assert typist.hold(1.0).base[3] == lower
    assert typist.hold(60.0, "KeyZ").base[3] == limits.height_m[0]


@pytest.mark.parametrize(
    ("key", "axis", "sign"), [("KeyI", 0, 1), ("KeyK", 0, -1), ("KeyJ", 1, 1), ("KeyO", 2, -1)]
)
def test_a_second_of_a_key_moves_the_right_hand_alone(
    typist: Typist, key: str, axis: int, sign: int
) -> None:
    typist.hold(1.0, key)
    given = typist.hold(STEP_S)
    expected = np.zeros(3)
    expected[axis] = sign * SPEEDS.hand_m_s
    assert given.right.position == pytest.approx(expected, abs=1e-9)
    assert not given.left.position.any()


def test_the_clutch_is_held_during_the_whole_motion(typist: Typist) -> None:
    before = typist.hold(STEP_S)
    first = typist.hold(STEP_S, "KeyI")
    assert first.right.clutch
    assert first.right.position == pytest.approx(before.right.position)
    last = typist.hold(STEP_S)  # the key was released, its last motion still counts
    assert last.right.clutch
    assert last.right.position[0] > first.right.position[0]
    after = typist.hold(STEP_S)
    assert not after.right.clutch
    assert after.right.position == pytest.approx(last.right.position)


def test_shift_turns_instead_of_moving(typist: Typist) -> None:
    typist.hold(1.0, "ShiftLeft", "KeyJ")
    given = typist.hold(STEP_S)
    matrix = quat_to_matrix(given.right.orientation)
    angle = SPEEDS.hand_rad_s
    assert matrix[:2, 0] == pytest.approx([np.cos(angle), np.sin(angle)])
    assert not given.right.position.any()


def test_digits_choose_the_hands(typist: Typist) -> None:
    typist.hold(STEP_S, "Digit1")
    assert typist.keyboard.note == "left hand"
    given = typist.hold(0.2, "KeyU")
    assert given.left.clutch
    assert not given.right.clutch
    typist.hold(STEP_S, "Digit3")
    given = typist.hold(0.2, "KeyU")
    assert given.left.clutch
    assert given.right.clutch
    assert typist.keyboard.note == "both hands"


def test_one_press_closes_the_hand_and_the_next_opens_it(typist: Typist) -> None:
    assert typist.hold(0.5, "KeyG").right.grasp == 1.0  # held, not repeated
    assert typist.hold(0.1).right.grasp == 1.0
    assert typist.hold(0.1, "KeyG").right.grasp == 0.0


def test_a_gap_between_messages_does_not_move_the_hand(typist: Typist) -> None:
    typist.hold(STEP_S, "KeyI")
    typist.now_s += 30
    assert typist.hold(STEP_S).right.position[0] <= 0.1 * SPEEDS.hand_m_s + 1e-9


def test_the_page_s_help_shows_every_key() -> None:
    html = Path(PAGE / "index.html").read_text(encoding="utf-8")
    shown = set(re.findall(r"<kbd>(\w+)</kbd>", html))
    tables = (keyboard.BASE_KEYS, keyboard.HEIGHT_KEYS, keyboard.MOVE_KEYS, keyboard.CHOICES)
    codes = {key for table in tables for key in table} | {keyboard.GRASP_KEY}
    assert {re.sub("Key|Digit", "", code) for code in codes} <= shown
    assert "Shift" in shown
