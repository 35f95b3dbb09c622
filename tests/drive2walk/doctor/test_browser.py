from __future__ import annotations

import shutil

import pytest

from drive2walk.doctor.browser import BROWSERS, browser_finding, examine_browser
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.limits import OperatorLimits


def page(**facts: str) -> str:
    return "<html " + " ".join(f'data-{name}="{value}"' for name, value in facts.items()) + ">"


def test_what_the_page_notes_decides() -> None:
    good = {"secure": "true", "xr": "true", "webgl": "true"}
    assert browser_finding(page(**good)).state == "ok"
    assert "--lan" in browser_finding(page(**good | {"secure": "false"})).advice
    assert "no WebXR" in browser_finding(page(**good | {"xr": "false"})).found
    assert browser_finding("<html>").state == "fault"


@pytest.mark.e2e
def test_a_real_browser_runs_the_page() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    with Console("webxr", ConsoleOptions(port=0), OperatorLimits()) as console:
        finding = examine_browser(console.urls[0])
    assert finding.state in ("ok", "note")
    assert "secure page" in finding.found
