"""The page in VR: an emulated Quest 3 in a real browser, with controllers and tracked hands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from drive2walk.teleop.operator import guard as safety
from tests.teleop.console.conftest import ControlLoop, Page, StartConsole

pytestmark = pytest.mark.e2e
OpenPage = Callable[..., Page]
SIDES = ("left", "right")
# Position of the panel's button for a viewer at 1.6 m, and of the index fingertip in the hand.
RECORD_BUTTON = np.array([-0.194, 1.195, -0.8])
FINGERTIP = np.array([-0.034, 0.064, -0.034])


@pytest.fixture
def loop(start_console: StartConsole) -> ControlLoop:
    return start_console("webxr")


@pytest.fixture
def page(loop: ControlLoop, open_page: OpenPage) -> Page:
    page = open_page(loop.console.urls[0], headset=True)
    page.wait("() => document.documentElement.dataset.ready === 'true'")
    page.click("#enter-vr")
    page.wait("() => window.headset.activeSession !== undefined")
    loop.until(lambda guarded: guarded.hold is None)
    return page


def put(page: Page, kind: str, side: str, x: float, y: float, z: float) -> None:
    place = f"{x:.4f}, {y:.4f}, {z:.4f}"
    page.evaluate(f"() => window.headset.{kind}.{side}.position.set({place})")


def squeeze(page: Page, side: str, value: float, button: str = "squeeze") -> None:
    page.evaluate(f"() => window.headset.controllers.{side}.updateButtonValue('{button}', {value})")


def settled(loop: ControlLoop, side: str) -> np.ndarray:
    """Return the position of the hand once it has stopped."""
    last: list[np.ndarray] = []

    def still(guarded: object) -> bool:
        last.append(getattr(loop.input, side).position)
        return len(last) > 8 and np.allclose(last[-8], last[-1])

    loop.until(still)
    return last[-1]


def test_both_hands_move_as_far_as_the_controllers(loop: ControlLoop, page: Page) -> None:
    for side, x in (("left", -0.2), ("right", 0.2)):
        put(page, "controllers", side, x, 1.2, -0.3)
        squeeze(page, side, 1.0)
    loop.until(lambda guarded: guarded.input.left.clutch and guarded.input.right.clutch)
    start = {side: settled(loop, side) for side in SIDES}
    for k in range(1, 11):
        put(page, "controllers", "left", -0.2, 1.2 + 0.01 * k, -0.3)
        put(page, "controllers", "right", 0.2, 1.2, -0.3 - 0.01 * k)
    moved = {side: settled(loop, side) - start[side] for side in SIDES}
    assert moved["left"] == pytest.approx([0, 0, 0.1], abs=1e-3)
    assert moved["right"] == pytest.approx([0.1, 0, 0], abs=1e-3)
    assert loop.input.left.clutch


def test_a_released_squeeze_opens_the_clutch_and_the_trigger_grasps(
    loop: ControlLoop, page: Page
) -> None:
    squeeze(page, "left", 1.0)
    loop.until(lambda guarded: guarded.input.left.clutch)
    squeeze(page, "left", 0.0)
    loop.until(lambda guarded: not guarded.input.left.clutch)
    squeeze(page, "left", 1.0, "trigger")
    grasped = loop.until(lambda guarded: guarded.input.left.grasp > 0.9)
    assert not grasped.input.left.clutch
    assert grasped.input.right.grasp == 0.0


def test_thumbsticks_walk_and_turn(loop: ControlLoop, page: Page) -> None:
    page.evaluate("() => window.headset.controllers.left.updateAxes('thumbstick', 0, -1)")
    loop.until(lambda guarded: guarded.input.base[0] > 0.4)
    page.evaluate("() => window.headset.controllers.right.updateAxes('thumbstick', 1, 0)")
    turning = loop.until(lambda guarded: guarded.input.base[2] < -0.3)
    assert turning.input.base[0] > 0.4


def test_the_right_buttons_record_save_and_discard(loop: ControlLoop, page: Page) -> None:
    squeeze(page, "right", 1.0, "a-button")
    loop.until_event("record")
    squeeze(page, "right", 0.0, "a-button")
    loop.status = dataclasses.replace(loop.status, recording=True)
    page.wait("() => !document.querySelector('#recording').hidden")
    squeeze(page, "right", 1.0, "a-button")
    loop.until_event("save")
    squeeze(page, "right", 1.0, "b-button")
    loop.until_event("discard")
    assert loop.events == ["record", "save", "discard"]


def test_tracked_hands_pinch_to_move(loop: ControlLoop, page: Page) -> None:
    page.evaluate("() => { window.headset.primaryInputMode = 'hand'; }")
    for side, x in (("left", -0.2), ("right", 0.2)):
        put(page, "hands", side, x, 1.2, -0.3)
    page.evaluate("() => window.headset.hands.right.updatePinchValue(1)")
    loop.until(lambda guarded: guarded.input.right.clutch)
    assert not loop.input.left.clutch
    start = settled(loop, "right")
    for k in range(1, 11):
        put(page, "hands", "right", 0.2 + 0.005 * k, 1.2, -0.3)
    assert settled(loop, "right") - start == pytest.approx([0, -0.05, 0], abs=1e-3)
    page.evaluate("() => window.headset.hands.right.updatePinchValue(0)")
    loop.until(lambda guarded: not guarded.input.right.clutch)


def test_a_fingertip_on_the_panel_records(loop: ControlLoop, page: Page) -> None:
    page.evaluate("() => { window.headset.primaryInputMode = 'hand'; }")
    put(page, "hands", "right", *(RECORD_BUTTON - FINGERTIP + [0, 0, 0.2]))
    page.do("sleep", ms=1000)
    assert loop.events == []  # a fingertip in front of the panel does nothing
    put(page, "hands", "right", *(RECORD_BUTTON - FINGERTIP))
    loop.until_event("record")
    page.do("sleep", ms=1000)
    assert loop.events == ["record"]  # once, however long it is touched


def test_a_headset_that_shows_another_app_holds(loop: ControlLoop, page: Page) -> None:
    page.evaluate("() => window.headset.controllers.left.updateAxes('thumbstick', 0, -1)")
    loop.until(lambda guarded: guarded.input.base[0] > 0.4)
    page.evaluate("() => window.headset.updateVisibilityState('visible-blurred')")
    held = loop.until(lambda guarded: guarded.hold is not None)
    assert not held.input.base[:3].any()
    page.evaluate("() => window.headset.controllers.left.updateAxes('thumbstick', 0, 0)")
    page.evaluate("() => window.headset.updateVisibilityState('visible')")
    loop.until(lambda guarded: guarded.hold is None)


def test_the_end_of_the_session_opens_the_clutch(loop: ControlLoop, page: Page) -> None:
    squeeze(page, "left", 1.0)
    loop.until(lambda guarded: guarded.input.left.clutch)
    page.evaluate("() => window.headset.activeSession.end()")
    ended = loop.until(lambda guarded: not guarded.input.left.clutch)
    assert not ended.input.base[:3].any()


def test_recentring_opens_the_clutch(loop: ControlLoop, page: Page) -> None:
    squeeze(page, "left", 1.0)
    loop.until(lambda guarded: guarded.input.left.clutch)
    page.evaluate("() => window.headset.recenter()")
    loop.until_event("recentre")
    assert not loop.input.left.clutch
    assert loop.guarded.hold in (None, safety.NOT_NEUTRAL)
