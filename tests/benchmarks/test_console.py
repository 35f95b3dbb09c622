"""The console's bars: the loop's rate with video on, and from a key press to the robot's step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drive2walk.teleop.console.video.video import VideoSource
from drive2walk.teleop.rendering.head_view import TaskHeadView
from tests.teleop.console import conftest
from tests.teleop.console.robot import Robot

browser, chromium, open_page = conftest.browser, conftest.chromium, conftest.open_page

PRESSES = 40
LONGEST_LATENCY_S = 0.060
RATE_HZ = (49.5, 50.5)
LISTEN = """() => { window.presses = []; window.images = 0;
  const decode = window.createImageBitmap;
  window.createImageBitmap = (...given) => { window.images += 1; return decode(...given); };
  window.addEventListener("keydown", (event) => window.presses.push(
    (performance.timeOrigin + event.timeStamp) / 1000), true); }"""


@pytest.mark.render
def test_rate_and_latency_with_video_on(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    robot = Robot("keyboard", tmp_path, VideoSource(TaskHeadView))
    page = open_page(robot.console.urls[0])
    page.evaluate(LISTEN)
    page.wait("() => document.querySelector('#video-note').hidden", timeout_s=120)
    robot.until(lambda: robot.session.status().hold is None)
    first, images = len(robot.steps), page.evaluate("() => window.images")
    for _ in range(PRESSES):
        page.press("g")
        page.do("sleep", ms=200 + int(np.random.default_rng().integers(0, 40)))
    presses = np.array(page.evaluate("() => window.presses"))
    images = page.evaluate("() => window.images") - images
    robot.close()
    # From the step before on: the first press may show in the very next one.
    times, grasps = np.array(robot.steps[first - 1 :]).T
    flips = times[1:][np.diff(grasps) != 0]
    assert len(flips) == len(presses) == PRESSES
    latency_ms = 1e3 * (flips - presses)
    rate_hz = (len(times) - 1) / (times[-1] - times[0])
    load = os.getloadavg()[0]
    p50, p95 = np.percentile(latency_ms, [50, 95])
    print(f"\nloop {rate_hz:.2f} Hz, video {images / (times[-1] - times[0]):.1f} images/s,")
    print(f"latency p50 {p50:.0f} ms, p95 {p95:.0f} ms, load {load:.1f}")
    assert images > 0
    assert RATE_HZ[0] <= rate_hz <= RATE_HZ[1]
    assert p95 <= 1e3 * LONGEST_LATENCY_S
