from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from drive2walk.robot.geometry.transforms import quat_from_axis_angle
from drive2walk.teleop.operator import guard as safety
from drive2walk.teleop.operator.guard import GuardState, guard_input
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

LIMITS = OperatorLimits()


def given(time_s: float, **fields: object) -> OperatorInput:
    return OperatorInput(time_s, **fields)  # type: ignore[arg-type]


def base(*values: float) -> np.ndarray:
    return np.array(values)


def hand(x: float = 0.0, clutch: bool = True, **fields: object) -> HandInput:
    return HandInput(clutch, np.array([x, 0, 0]), **fields)  # type: ignore[arg-type]


def live(now_s: float = 0.0) -> GuardState:
    state = guard_input(GuardState.initial(now_s), given(now_s), now_s, LIMITS)
    assert state.hold is None
    return state


def test_a_session_starts_in_a_hold_that_only_a_neutral_input_ends() -> None:
    state = guard_input(GuardState.initial(0.0), None, 0.0, LIMITS)
    assert state.hold == safety.NO_OPERATOR
    state = guard_input(state, given(1.0, left=hand()), 1.0, LIMITS)
    assert state.hold == safety.NOT_NEUTRAL
    assert not state.input.left.clutch
    state = guard_input(state, given(1.1, base=base(0.3, 0, 0, np.nan)), 1.1, LIMITS)
    assert state.hold == safety.NOT_NEUTRAL
    assert not state.input.base[:3].any()
    assert guard_input(state, given(1.2), 1.2, LIMITS).hold is None


def test_the_watchdog_holds_after_150_ms_and_not_before() -> None:
    walking = given(10.0, base=base(0.4, 0, 0, np.nan), left=hand(grasp=0.7))
    state = guard_input(live(10.0), walking, 10.149, LIMITS)
    assert state.hold is None
    assert state.input.base[0] == 0.4
    state = guard_input(state, walking, 10.151, LIMITS)
    assert state.hold == safety.STALLED
    assert not state.input.base[:3].any()
    assert np.isnan(state.input.base[3])
    assert not state.input.left.clutch
    assert state.input.left.grasp == 0.7  # the hand doesn't drop what it carries


def test_a_hold_does_not_end_while_the_stick_is_still_pushed() -> None:
    walking = given(0.0, base=base(0.4, 0, 0, np.nan))
    state = guard_input(live(), walking, 1.0, LIMITS)
    assert state.hold == safety.STALLED
    state = guard_input(state, dataclasses.replace(walking, time_s=1.0), 1.0, LIMITS)
    assert state.hold == safety.NOT_NEUTRAL
    state = guard_input(state, given(1.1), 1.1, LIMITS)
    again = guard_input(state, dataclasses.replace(walking, time_s=1.2), 1.2, LIMITS)
    assert again.input.base[0] == 0.4


def test_a_save_survives_a_hold_and_a_record_does_not() -> None:
    state = guard_input(live(), given(0.0, events=("save", "record")), 5.0, LIMITS)
    assert state.hold == safety.STALLED
    assert state.input.events == ("save",)


def test_the_operator_can_ask_for_a_hold() -> None:
    state = guard_input(live(), given(0.0, events=("hold",), right=hand()), 0.0, LIMITS)
    assert state.hold == safety.REQUESTED
    assert not state.input.right.clutch


def test_the_base_is_clipped_and_an_unchanged_height_stays_unchanged() -> None:
    asked = given(0.0, base=base(9.0, -9.0, 9.0, np.nan))
    allowed = guard_input(live(), asked, 0.0, LIMITS).input.base
    assert allowed[:3] == pytest.approx([LIMITS.vx_m_s[1], LIMITS.vy_m_s[0], LIMITS.wz_rad_s[1]])
    assert np.isnan(allowed[3])
    low = guard_input(live(), given(0.0, base=base(0, 0, 0, 0.1)), 0.0, LIMITS).input.base
    assert low[3] == LIMITS.height_m[0]


@pytest.mark.parametrize(
    "broken",
    [
        given(0.0, base=base(np.nan, 0, 0, np.nan)),
        given(0.0, base=base(0, 0, 0, np.inf)),
        given(0.0, left=hand(np.inf)),
        given(0.0, right=hand(orientation=np.zeros(4))),
        given(0.0, right=hand(grasp=np.nan)),
    ],
)
def test_numbers_that_are_not_finite_hold(broken: OperatorInput) -> None:
    state = guard_input(live(), broken, 0.0, LIMITS)
    assert state.hold == safety.NOT_FINITE
    assert np.isfinite(state.input.left.position).all()


def test_a_hand_that_jumps_is_ignored_until_its_clutch_engages_again() -> None:
    state = guard_input(live(), given(0.0, left=hand(0.0)), 0.0, LIMITS)
    state = guard_input(state, given(0.02, left=hand(0.1)), 0.02, LIMITS)
    assert state.input.left.clutch
    for x in (0.6, 0.6):
        state = guard_input(state, given(0.04, left=hand(x)), 0.04, LIMITS)
        assert state.hold is None
        assert not state.input.left.clutch
    state = guard_input(state, given(0.06, left=hand(0.6, clutch=False)), 0.06, LIMITS)
    state = guard_input(state, given(0.08, left=hand(0.6)), 0.08, LIMITS)
    assert state.input.left.clutch


def test_a_hand_that_flips_is_ignored() -> None:
    flipped = quat_from_axis_angle(np.array([0.0, 0, 1]), 2.0)
    state = guard_input(live(), given(0.0, left=hand()), 0.0, LIMITS)
    state = guard_input(state, given(0.02, left=hand(orientation=flipped)), 0.02, LIMITS)
    assert not state.input.left.clutch


def test_a_quaternion_and_its_negative_are_the_same_turn() -> None:
    state = guard_input(live(), given(0.0, left=hand()), 0.0, LIMITS)
    same = hand(orientation=np.array([-1.0, 0, 0, 0]))
    assert guard_input(state, given(0.02, left=same), 0.02, LIMITS).input.left.clutch


def test_recentring_opens_the_clutch_of_a_hand_that_seems_still() -> None:
    state = guard_input(live(), given(0.0, left=hand()), 0.0, LIMITS)
    moved = given(0.02, left=hand(), events=("recentre",))
    state = guard_input(state, moved, 0.02, LIMITS)
    assert state.hold is None
    assert not state.input.left.clutch
    assert state.input.events == ("recentre",)
