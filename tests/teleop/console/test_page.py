"""The page in a real browser, with a keyboard and a gamepad."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np
import pytest

from drive2walk.teleop.operator import guard as safety
from drive2walk.teleop.operator.limits import OperatorLimits
from tests.teleop.console.client import join
from tests.teleop.console.conftest import ControlLoop, Page, StartConsole

pytestmark = pytest.mark.e2e
OpenPage = Callable[..., Page]

STALL_MS = 600
GAMEPAD = """() => {
  const pad = { mapping: "standard", axes: [0, 0, 0, 0],
    buttons: Array.from({ length: 17 }, () => ({ value: 0 })) };
  window.pad = pad;
  navigator.getGamepads = () => [null, pad];
}"""


@pytest.fixture
def loop(start_console: StartConsole) -> ControlLoop:
    return start_console()


@pytest.fixture
def page(loop: ControlLoop, open_page: OpenPage) -> Page:
    page = open_page(loop.console.urls[0])
    if loop.guarded.hold is not None:
        loop.until(lambda guarded: guarded.hold is None)
    return page


def walk(loop: ControlLoop, page: Page) -> None:
    page.down("w")
    loop.until(lambda guarded: guarded.input.base[0] > 0)


def held(loop: ControlLoop) -> str:
    guarded = loop.until(lambda guarded: guarded.hold is not None, timeout_s=3)
    assert not guarded.input.base[:3].any()
    return guarded.hold or ""


def test_a_held_key_moves_the_chosen_hand_and_nothing_else(loop: ControlLoop, page: Page) -> None:
    page.down("i")
    loop.until(lambda guarded: guarded.input.right.clutch)
    moved = loop.until(lambda guarded: guarded.input.right.position[0] > 0.1)
    page.up("i")
    loop.until(lambda guarded: not guarded.input.right.clutch)
    assert np.allclose(moved.input.right.position[1:], 0)
    assert np.allclose(moved.input.left.position, 0)
    assert not moved.input.base[:3].any()


def test_the_page_requests_no_other_host_and_keeps_its_policy(
    loop: ControlLoop, page: Page
) -> None:
    seen = page.do("seen")
    assert {urlsplit(url).netloc for url in seen["requests"]} == {
        urlsplit(loop.console.urls[0]).netloc
    }
    assert seen["errors"] == []


def test_a_short_tap_between_two_messages_is_not_lost(loop: ControlLoop, page: Page) -> None:
    page.press("g")
    tapped = loop.until(lambda guarded: guarded.input.right.grasp == 1.0)
    assert tapped.input.left.grasp == 0.0


def test_a_page_that_loses_the_focus_holds_and_forgets_its_keys(
    loop: ControlLoop, page: Page
) -> None:
    walk(loop, page)
    page.evaluate("() => window.dispatchEvent(new Event('blur'))")
    assert held(loop) == safety.REQUESTED
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    back = loop.until(lambda guarded: guarded.hold is None)
    assert back.input.neutral  # although the key is still down


def test_a_stalled_page_holds_until_the_key_is_released(
    start_console: StartConsole, open_page: OpenPage
) -> None:
    loop = start_console(limits=OperatorLimits())
    page = open_page(loop.console.urls[0])
    loop.until(lambda guarded: guarded.hold is None)
    walk(loop, page)
    page.evaluate(f"() => {{ const end = Date.now() + {STALL_MS}; while (Date.now() < end); }}")
    assert any(guarded.hold == safety.STALLED for guarded in loop.history)
    loop.until(lambda guarded: guarded.hold == safety.NOT_NEUTRAL)
    page.up("w")
    loop.until(lambda guarded: guarded.hold is None)


def test_a_closed_page_holds(loop: ControlLoop, page: Page) -> None:
    walk(loop, page)
    page.close()
    closed = loop.until(lambda guarded: guarded.hold == safety.NO_OPERATOR, timeout_s=3)
    assert not closed.input.base[:3].any()


def test_space_holds_until_it_is_pressed_again(loop: ControlLoop, page: Page) -> None:
    walk(loop, page)
    page.up("w")
    page.press(" ")
    assert held(loop) == safety.REQUESTED
    assert "you asked for it" in page.text("#hold")
    page.press(" ")
    loop.until(lambda guarded: guarded.hold is None)
    page.wait("() => document.querySelector('#hold').textContent === 'the robot follows you'")


def test_buttons_and_keys_record_save_and_discard(loop: ControlLoop, page: Page) -> None:
    page.click("#record")
    loop.until_event("record")
    loop.status = dataclasses.replace(loop.status, recording=True, recorded_s=1.5)
    page.wait("() => !document.querySelector('#recording').hidden")
    page.press("Enter")
    loop.until_event("save")
    page.press("Backspace")
    loop.until_event("discard")
    assert loop.events == ["record", "save", "discard"]


def test_a_wrong_token_is_shown_and_moves_nothing(loop: ControlLoop, open_page: OpenPage) -> None:
    page = open_page(loop.console.urls[0] + "x")
    page.wait("() => document.querySelector('#hold').textContent.includes('wrong token')")
    assert loop.guarded.hold == safety.NO_OPERATOR


def test_the_page_steers_over_tls(start_console: StartConsole, open_page: OpenPage) -> None:
    loop = start_console(lan=True)
    page = open_page(loop.console.urls[0])
    loop.until(lambda guarded: guarded.hold is None)
    walk(loop, page)
    assert page.evaluate("() => window.isSecureContext")


def test_a_second_page_is_a_viewer_until_it_may_take_over(
    loop: ControlLoop, page: Page, open_page: OpenPage
) -> None:
    second = open_page(loop.console.urls[0])
    second.wait("() => document.querySelector('#connection').textContent === 'looking on'")
    page.close()
    loop.until(lambda guarded: guarded.hold == safety.NO_OPERATOR)
    second.click("#take")
    assert loop.until(lambda guarded: guarded.hold is None).input.neutral


def test_keys_pressed_as_a_viewer_are_dropped(
    loop: ControlLoop, page: Page, open_page: OpenPage
) -> None:
    second = open_page(loop.console.urls[0])
    second.wait("() => document.querySelector('#connection').textContent === 'looking on'")
    second.press("Backspace")
    second.press("g")
    page.close()
    loop.until(lambda guarded: guarded.hold == safety.NO_OPERATOR)
    second.click("#take")
    followed = loop.until(lambda guarded: guarded.hold is None)
    assert followed.input.right.grasp == 0.0
    assert not {"discard", "save", "record"} & set(loop.events)


def test_a_page_that_lost_its_connection_steers_again_once_that_has_timed_out(
    loop: ControlLoop, page: Page
) -> None:
    server = loop.console._server
    (steering,) = server._pages.clients
    asyncio.run_coroutine_threadsafe(steering.connection.close(), server._loop).result()
    # This one stands for the lost connection, which the console still treats as the operator's.
    lost = join(loop.console, loop.held_open)
    page.wait("() => document.querySelector('#connection').textContent === 'looking on'")
    lost.close()
    page.wait("() => document.querySelector('#connection').textContent === 'you steer'")
    assert loop.until(lambda guarded: guarded.hold is None).input.neutral


def test_the_video_follows_the_state(start_console: StartConsole, open_page: OpenPage) -> None:
    loop = start_console(video=True)
    page = open_page(loop.console.urls[0])
    pixel = "document.querySelector('#video').getContext('2d').getImageData(9, 9, 1, 1).data[0]"
    page.wait(f"() => Math.abs({pixel} - 128) < 4")
    loop.state = np.array([220.0])
    page.wait(f"() => Math.abs({pixel} - 220) < 4")
    assert page.evaluate("() => document.querySelector('#video-note').hidden")


def test_a_gamepad_walks_and_moves_a_hand(start_console: StartConsole, open_page: OpenPage) -> None:
    loop = start_console("gamepad")
    page = open_page(loop.console.urls[0])
    page.evaluate(GAMEPAD)
    loop.until(lambda guarded: guarded.hold is None)
    page.evaluate("() => { window.pad.axes[1] = -1; }")
    loop.until(lambda guarded: guarded.input.base[0] > 0.4)
    page.evaluate("() => { window.pad.buttons[5].value = 1; window.pad.axes[3] = -1; }")
    moved = loop.until(lambda guarded: guarded.input.right.position[0] > 0.05)
    assert moved.input.right.clutch
    page.evaluate("() => { window.pad.buttons[0].value = 1; }")
    loop.until_event("record")
