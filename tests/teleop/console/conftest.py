"""A console without a robot behind it, and a real Chromium in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.console.video.video import VideoSource
from drive2walk.teleop.devices.guarded import GuardedDevice
from drive2walk.teleop.operator.guard import GuardState
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput
from drive2walk.teleop.recording.pacer import Pacer

HERE = Path(__file__).parent
# For tests that aren't about the watchdog, on machines that may be slow.
PATIENT = OperatorLimits(timeout_s=5.0)
NODE_MODULES = Path(os.environ.get("DRIVE2WALK_NODE_MODULES", HERE / "node_modules"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class PlainView:
    """Grey images whose level is the state, so that a page's video can be checked."""

    def __init__(self, scene: dict[str, Any]) -> None:
        self._size = scene.get("size", (48, 64))

    def render(self, state: NDArray[np.float64]) -> NDArray[np.uint8]:
        return np.full((*self._size, 3), state[0], np.uint8)

    def close(self) -> None: ...


class ControlLoop:
    """The part of a session that needs no robot: guard, pace and status, in a thread."""

    def __init__(self, console: Console, limits: OperatorLimits) -> None:
        self.console = console
        self._operator = GuardedDevice(console, limits, time.monotonic)
        self.history: list[GuardState] = []
        self.status = ConsoleStatus(task="carry the tote to the table")
        self.state = np.array([128.0])
        self.scene: dict[str, Any] = {"task": "plain"}
        self.held_open = contextlib.ExitStack()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.held_open.close()
        self._stop.set()
        self._thread.join()

    @property
    def guarded(self) -> GuardState:
        return self._operator.state

    @property
    def input(self) -> OperatorInput:
        return self.guarded.input

    @property
    def events(self) -> list[str]:
        return [event for guarded in self.history for event in guarded.input.events]

    def until(
        self, condition: Callable[[GuardState], object], timeout_s: float = 10.0
    ) -> GuardState:
        """Return the guard's first answer, from now on, that meets the condition."""
        seen = len(self.history)
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for guarded in self.history[seen:]:
                seen += 1
                if condition(guarded):
                    return guarded
            time.sleep(0.005)
        raise AssertionError(f"never so in {timeout_s} s; last: {self.guarded}")

    def until_event(self, event: str) -> None:
        """Wait until the guard has passed on this event, or return if it has already."""
        end = time.monotonic() + 10.0
        while event not in self.events:
            assert time.monotonic() < end, f"no {event} among {self.events}"
            time.sleep(0.005)

    def _run(self) -> None:
        pacer = Pacer(time.monotonic, realtime=True)
        while not self._stop.is_set():
            self.history.append(self._operator.read())
            self.console.show(self.status, self.scene, self.state)
            pacer.wait()


StartConsole = Callable[..., ControlLoop]


@pytest.fixture
def start_console(tmp_path: Path) -> Iterator[StartConsole]:
    """Starts consoles, each with a control loop; they are closed after the test."""
    loops = []

    def start(
        device: str = "keyboard",
        video: bool = False,
        lan: bool = False,
        limits: OperatorLimits = PATIENT,
    ) -> ControlLoop:
        source = VideoSource(PlainView) if video else None
        options = ConsoleOptions(port=0, lan=lan, certificates=tmp_path / "certificates")
        loops.append(ControlLoop(Console(device, options, limits, source), limits))
        return loops[-1]

    yield start
    for loop in loops:
        loop.close()
        loop.console.close()


class Browser:
    """A headless Chromium behind driver.mjs."""

    def __init__(self, chromium: str) -> None:
        command = ["node", str(HERE / "driver.mjs"), str(NODE_MODULES), chromium]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._pages = 0

    def do(self, name: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": name, **given}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def open(self, url: str, headset: bool = False) -> Page:
        self._pages += 1
        self.do("open", page=self._pages, url=url, headset=headset)
        return Page(self, self._pages)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


class Page:
    """One page of the browser."""

    def __init__(self, browser: Browser, number: int) -> None:
        self._browser = browser
        self._number = number
        self.open = True

    def do(self, name: str, **given: Any) -> Any:
        return self._browser.do(name, page=self._number, **given)

    def evaluate(self, script: str) -> Any:
        return self.do("evaluate", script=script)

    def wait(self, script: str, timeout_s: float = 30.0) -> None:
        """Wait until the script returns true; the page's policy forbids Playwright's own wait."""
        end = time.monotonic() + timeout_s
        while not self.evaluate(script):
            assert time.monotonic() < end, f"never true in {timeout_s} s: {script}"
            time.sleep(0.02)

    def down(self, key: str) -> None:
        self.do("down", key=key)

    def up(self, key: str) -> None:
        self.do("up", key=key)

    def press(self, key: str) -> None:
        self.do("press", key=key)

    def click(self, selector: str) -> None:
        self.do("click", selector=selector)

    def text(self, selector: str) -> str:
        return self.do("text", selector=selector)

    def close(self) -> None:
        if self.open:
            self.open = False
            self.do("close")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; the test is skipped if there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    if shutil.which("node") is None or not (NODE_MODULES / "playwright-core").is_dir():
        pytest.skip("needs node and its packages: make browser-tests")
    browser = Browser(chromium)
    yield browser
    browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages; they are closed after the test."""
    pages = []

    def open_(url: str, headset: bool = False) -> Page:
        pages.append(browser.open(url, headset))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()
