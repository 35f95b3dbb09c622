from __future__ import annotations

import pytest

from drive2walk.teleop.devices.page_parser import MessageError, parse_page_state

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
def test_malformed_fields_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        parse_page_state({**GOOD, **fields})


def test_a_missing_axis_is_at_rest_and_levels_are_clipped() -> None:
    pad = {"axes": [None, 7, -7], "buttons": [0.5]}
    state = parse_page_state({**GOOD, "pad": pad})
    assert state.gamepad is not None
    assert state.gamepad.axes == (0, 1, -1, 0)
    assert state.gamepad.buttons == (0.5, *[0.0] * 16)
