"""The inbox: the operator's newest input, without late messages and without losing events."""

from __future__ import annotations

import dataclasses
import math
import threading

from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.registry import PageDevice
from drive2walk.teleop.operator.operator_input import OperatorInput

# Largest relative drift between two clocks, in seconds per second.
CLOCK_DRIFT = 1e-4


class Inbox:
    """Passes inputs from the server's thread to the control loop's thread.

    Args:
        device: Interprets the page's states.
        stale_s: Delay from which a message no longer moves anything, in seconds.
    """

    def __init__(self, device: PageDevice, stale_s: float) -> None:
        self._device = device
        self._stale_s = stale_s
        self._lock = threading.Lock()
        self._newest: OperatorInput | None = None
        self._events: list[str] = []
        self._sequence = -1.0
        self._delay = DelayEstimator()

    @property
    def note(self) -> str:
        """What the device moves now, for the page."""
        return self._device.note

    def begin_page(self) -> None:
        """Forget the clock and the counter of the last page, because another one takes over."""
        self._sequence = -1.0
        self._delay = DelayEstimator()

    def use_device(self, device: PageDevice) -> None:
        """Interpret the page's states with ``device`` from now on."""
        self._device = device

    def put(self, page: PageState, now_s: float) -> None:
        """Take a message that arrived at ``now_s``; of a late one only the events count."""
        late = self._delay.measure(page.sent_ms / 1e3, now_s) > self._stale_s
        if late or page.sequence <= self._sequence:
            with self._lock:
                self._events += page.events
            return
        self._sequence = page.sequence
        given = self._device.step(page, now_s)
        with self._lock:
            self._newest = given
            self._events += given.events

    def drop_operator(self) -> None:
        """Drop the newest input, so that the robot holds at once and not after the timeout."""
        with self._lock:
            self._newest = None

    def take(self) -> OperatorInput | None:
        """Return the newest input with all events since the last call; None without an operator."""
        with self._lock:
            events, self._events = self._events, []
            newest = self._newest
        if newest is None and not events:
            return None
        if newest is None:
            # A request that a page made just before it closed, such as a save, still counts.
            newest = OperatorInput(-math.inf)
        events += [event for event in newest.events if event == "hold"]
        return dataclasses.replace(newest, events=tuple(dict.fromkeys(events)))


class DelayEstimator:
    """Estimates how much longer a message took than the fastest one, without a common clock."""

    def __init__(self) -> None:
        self._least: float | None = None
        self._last_s = 0.0

    def measure(self, sent_s: float, now_s: float) -> float:
        """Return the delay of a message in seconds; ``sent_s`` is on the sender's own clock."""
        offset = now_s - sent_s
        if self._least is None:
            self._least = offset
        self._least = min(offset, self._least + CLOCK_DRIFT * (now_s - self._last_s))
        self._last_s = now_s
        return offset - self._least
