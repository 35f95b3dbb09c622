"""End to end: a key or an emulated headset in a real browser moves the robot's simulated hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.dataset.validate import validate
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.recording.replay import replay
from tests.teleop.console.robot import PATIENT, Robot

pytestmark = pytest.mark.e2e
SIDES = ("left", "right")
ACCURACY_M = 0.005
STALL_MS = 2500
BLUR = "() => window.dispatchEvent(new Event('blur'))"
FOCUS = "() => window.dispatchEvent(new Event('focus'))"
STALL = f"() => {{ const end = Date.now() + {STALL_MS}; while (Date.now() < end); }}"


@pytest.fixture
def start_robot(tmp_path: Path) -> Iterator[Callable[..., Robot]]:
    robots = []

    def start(device: str, limits: OperatorLimits = PATIENT) -> Robot:
        robots.append(Robot(device, tmp_path / "dataset", limits=limits))
        return robots[-1]

    yield start
    for robot in robots:
        robot.close()


def wait_for_hold_to_end(robot: Robot) -> None:
    robot.until(lambda: robot.session.status().hold is None)


def check_saved_episode(robot: Robot) -> None:
    robot.until(lambda: robot.session.saved is not None)
    episode = DatasetReader(robot.dataset).episode(0)
    assert replay(episode, build_task).difference is None
    found = validate(robot.dataset)
    assert (found.episodes, found.findings) == (1, [])


def test_a_pressed_key_moves_the_hand_and_is_recorded(
    start_robot: Callable[[str], Robot], open_page: Callable[..., Any]
) -> None:
    robot = start_robot("keyboard")
    page = open_page(robot.console.urls[0])
    wait_for_hold_to_end(robot)
    before = robot.settled_hands()
    page.press("r")
    robot.until(lambda: robot.recorder.recording)
    page.down("u")
    page.do("sleep", ms=600)
    page.up("u")
    moved = robot.settled_hands() - before
    assert moved[1, 2] > 0.05
    assert np.abs(moved[0]).max() < 0.01
    page.press("Enter")
    check_saved_episode(robot)


def test_a_closed_page_pauses_the_recording_and_the_next_page_goes_on(
    start_robot: Callable[[str], Robot], open_page: Callable[..., Any]
) -> None:
    robot = start_robot("keyboard")
    page = open_page(robot.console.urls[0])
    wait_for_hold_to_end(robot)
    page.press("r")
    robot.until(lambda: robot.recorder.length > 5)
    page.down("w")
    page.close()
    robot.until(lambda: robot.session.status().hold is not None)
    kept, steps = robot.recorder.length, len(robot.steps)
    robot.until(lambda: len(robot.steps) > steps + 10)
    assert robot.recorder.length == kept  # nothing was recorded while the robot stood still
    page = open_page(robot.console.urls[0])
    robot.until(lambda: robot.recorder.length > kept + 5)
    page.press("Enter")
    check_saved_episode(robot)


def test_a_page_that_loses_focus_and_later_stalls_pauses_the_recording_twice(
    start_robot: Callable[..., Robot], open_page: Callable[..., Any]
) -> None:
    robot = start_robot("keyboard", OperatorLimits(timeout_s=STALL_MS / 2500))
    page = open_page(robot.console.urls[0])
    wait_for_hold_to_end(robot)
    page.press("r")
    robot.until(lambda: robot.recorder.length > 5)
    page.evaluate(BLUR)
    robot.until(lambda: robot.session.status().hold is not None)
    kept, steps = robot.recorder.length, len(robot.steps)
    robot.until(lambda: len(robot.steps) > steps + 10)
    assert robot.recorder.length == kept
    page.evaluate(FOCUS)
    robot.until(lambda: robot.recorder.length > kept + 5)
    page.evaluate(STALL)
    robot.until(lambda: robot.session.status().hold is None)
    kept = robot.recorder.length
    robot.until(lambda: robot.recorder.length > kept + 5)
    page.press("Enter")
    check_saved_episode(robot)
    assert len(DatasetReader(robot.dataset).episode(0).segments) == 3


@pytest.mark.parametrize("kind", ["controllers", "hands"])
def test_both_wrists_move_as_far_as_the_headset_commands(
    kind: str, start_robot: Callable[[str], Robot], open_page: Callable[..., Any]
) -> None:
    robot = start_robot("webxr")
    page = open_page(robot.console.urls[0], headset=True)
    page.wait("() => document.documentElement.dataset.ready === 'true'")
    page.click("#enter-vr")
    page.wait("() => window.headset.activeSession !== undefined")
    page.evaluate(f"() => {{ window.headset.primaryInputMode = '{kind.rstrip('s')}'; }}")
    wait_for_hold_to_end(robot)
    move_to(page, kind, [0.0, 0.0, 0.0])
    for side in SIDES:
        page.evaluate(ENGAGE[kind].replace("SIDE", side))
    robot.until(lambda: all(robot.session.status().clutches))
    page.press("r")
    robot.until(lambda: robot.recorder.recording)
    # In WebXR's axes: first away from the hips, then 4 cm to the left, 6 cm up, 5 cm ahead.
    ahead, onwards = np.array([0.0, 0.06, -0.12]), np.array([-0.04, 0.06, -0.05])
    for fraction in np.linspace(0.1, 1.0, 10):
        move_to(page, kind, fraction * ahead)
    before = robot.settled_hands()
    for fraction in np.linspace(0.1, 1.0, 10):
        move_to(page, kind, ahead + fraction * onwards)
    moved = robot.settled_hands() - before
    assert all(robot.session.status().clutches)
    errors_m = np.linalg.norm(moved - [0.05, 0.04, 0.06], axis=1)
    print(f"\n{kind}: errors {1e3 * errors_m} mm")
    assert errors_m.max() < ACCURACY_M
    page.press("Enter")
    check_saved_episode(robot)


ENGAGE = {
    "controllers": "() => window.headset.controllers.SIDE.updateButtonValue('squeeze', 1)",
    "hands": "() => window.headset.hands.SIDE.updatePinchValue(1)",
}


def move_to(page: Any, kind: str, offset: Any) -> None:
    """Put both emulated hands at an offset (3,) from their start."""
    for side, x in (("left", -0.2), ("right", 0.2)):
        place = ", ".join(f"{v:.4f}" for v in np.array([x, 1.2, -0.3]) + offset)
        page.evaluate(f"() => window.headset.{kind}.{side}.position.set({place})")
