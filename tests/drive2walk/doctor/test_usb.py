from __future__ import annotations

import pytest

from drive2walk.doctor.usb import judge_devices


@pytest.mark.parametrize(
    ("rows", "state", "advice"),
    [
        ("1WMHH000 device", "ok", "adb reverse tcp:8765 tcp:8765"),
        ("1WMHH000 unauthorized", "fault", "allow USB debugging"),
        ("", "note", "plug the headset in"),
    ],
)
def test_the_output_of_adb_gives_the_finding(rows: str, state: str, advice: str) -> None:
    finding = judge_devices(f"List of devices attached\n{rows}\n\n", 8765)
    assert finding.state == state
    assert advice in finding.advice
