from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drive2walk.teleop.devices.page_state import MessageError, parse_page_state

GOOD = {"seq": 1, "t": 2.5}
POSE = [0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "fields",
    [
        {"seq": "1"},
        {"seq": True},
        {"t": None},
        {"t": 1e300},
        {"keys": "KeyW"},
        {"keys": [1]},
        {"keys": ["K" * 100]},
        {"keys": ["KeyW"] * 100},
        {"events": ["explode"]},
        {"pad": []},
        {"pad": {"axes": ["left"]}},
        {"xr": {}},
        {"xr": {"viewer": POSE[:6]}},
        {"xr": {"viewer": POSE, "left": {"pose": [None] * 7}}},
        {"xr": {"viewer": POSE, "left": {"pose": POSE, "pinch": "near"}}},
        {"xr": {"viewer": POSE, "left": {"pose": POSE, "pinch": 0.1}}},
    ],
)
def test_what_no_page_sends_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        parse_page_state(json.dumps({**GOOD, **fields}))


@pytest.mark.parametrize("text", ["", "[]", "3", "{", '{"seq": NaN, "t": 0}', "[" * 5000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(MessageError):
        parse_page_state(text)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.dictionaries(st.text(), st.integers() | st.text()).map(json.dumps))
def test_anything_else_is_refused_too_and_breaks_nothing(text: str) -> None:
    with pytest.raises(MessageError):
        parse_page_state(text)


def test_absent_axes_are_at_rest_and_levels_stay_within_one() -> None:
    pad = {"axes": [None, 7, -7], "buttons": [0.5]}
    state = parse_page_state(json.dumps({**GOOD, "pad": pad}))
    assert state.gamepad is not None
    assert state.gamepad.axes == (0, 1, -1, 0)
    assert state.gamepad.buttons == (0.5, *[0.0] * 16)
