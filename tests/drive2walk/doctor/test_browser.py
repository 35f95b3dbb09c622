from __future__ import annotations

import shutil

import pytest

from drive2walk.doctor.browser import BROWSERS, examine_browser, judge_page
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.operator.limits import OperatorLimits


def page(**facts: str) -> str:
    return "<html " + " ".join(f'data-{name}="{value}"' for name, value in facts.items()) + ">"


def test_the_notes_of_the_page_give_the_finding() -> None:
    good = {"secure": "true", "xr": "true", "webgl": "true"}
    assert judge_page(page(**good)).state == "ok"
    assert "--lan" in judge_page(page(**good | {"secure": "false"})).advice
    assert "no WebXR" in judge_page(page(**good | {"xr": "false"})).found
    assert judge_page("<html>").state == "fault"


@pytest.mark.e2e
def test_a_real_browser_runs_the_page() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    with Console("webxr", ConsoleOptions(port=0), OperatorLimits()) as console:
        finding = examine_browser(console.urls[0])
    assert finding.state in ("ok", "note")
    assert "secure page" in finding.found
