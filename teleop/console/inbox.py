"""The inbox: the operator's newest input, without what came too late and without losing events."""

from __future__ import annotations

import dataclasses
import math
import threading

from drive2walk.teleop.devices.page_state import PageState
from drive2walk.teleop.devices.registry import PageDevice
from drive2walk.teleop.operator.operator_input import OperatorInput

# How fast two clocks may drift apart; the offset between them is learnt anew at this rate.
CLOCK_DRIFT = 1e-4


class Inbox:
    """Written by the server's thread, read by the control loop's.

    Args:
        device: gives messages their meaning.
        stale_s: messages that were on their way for longer don't move anything.
    """

    def __init__(self, device: PageDevice, stale_s: float) -> None:
        self._device = device
        self._stale_s = stale_s
        self._lock = threading.Lock()
        self._newest: OperatorInput | None = None
        self._events: list[str] = []
        self._sequence = -1.0
        self._delay = Delay()

    @property
    def note(self) -> str:
        """What the device moves now, for the page."""
        return self._device.note

    def begin(self) -> None:
        """Forget the last page's clock and counter: another one takes over."""
        self._sequence = -1.0
        self._delay = Delay()

    def renew(self, device: PageDevice) -> None:
        """Give messages their meaning by ``device`` from now on: another robot is steered."""
        self._device = device

    def put(self, page: PageState, now_s: float) -> None:
        """Take a message that arrived at ``now_s``; a stale one keeps nothing but its events."""
        late = self._delay.seconds(page.sent_ms / 1e3, now_s) > self._stale_s
        if late or page.sequence <= self._sequence:
            with self._lock:
                self._events += page.events
            return
        self._sequence = page.sequence
        given = self._device.step(page, now_s)
        with self._lock:
            self._newest = given
            self._events += given.events

    def lose(self) -> None:
        """The operator has gone: hold at once, don't wait for the watchdog."""
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
            # The last thing a page asked for before it went, such as a save, still counts.
            newest = OperatorInput(-math.inf)
        events += [event for event in newest.events if event == "hold"]
        return dataclasses.replace(newest, events=tuple(dict.fromkeys(events)))


class Delay:
    """How much longer a message was on its way than the fastest one, across unrelated clocks."""

    def __init__(self) -> None:
        self._least: float | None = None
        self._last_s = 0.0

    def seconds(self, sent_s: float, now_s: float) -> float:
        """Return the delay of a message sent at ``sent_s`` on its own clock."""
        offset = now_s - sent_s
        if self._least is None:
            self._least = offset
        self._least = min(offset, self._least + CLOCK_DRIFT * (now_s - self._last_s))
        self._last_s = now_s
        return offset - self._least
