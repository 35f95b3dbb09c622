"""Keeps a control loop at its rate and measures that rate."""

from __future__ import annotations

import time
from collections.abc import Callable

from drive2walk.robot.timing import CONTROL_DT_S

# Weight of the newest period in the measured rate.
RATE_SMOOTHING = 0.02


class Pacer:
    """Waits until the next control step is due.

    Args:
        clock: Returns seconds.
        realtime: Whether to keep to 50 steps a second; otherwise ``wait`` only measures.
    """

    def __init__(self, clock: Callable[[], float], *, realtime: bool) -> None:
        self._clock = clock
        self._realtime = realtime
        self._period_s = CONTROL_DT_S
        self._due_s = self._began_s = clock()

    @property
    def rate_hz(self) -> float:
        """Measured rate of the loop, smoothed, in Hz."""
        return 1 / self._period_s

    def wait(self) -> None:
        """Sleep until the next step is due, and measure the period."""
        if self._realtime:
            # The loop catches up with one late step. More would make the robot rush.
            self._due_s = max(self._due_s + CONTROL_DT_S, self._clock() - CONTROL_DT_S)
            time.sleep(max(0.0, self._due_s - self._clock()))
        now_s = self._clock()
        period_s, self._began_s = now_s - self._began_s, now_s
        self._period_s += (period_s - self._period_s) * RATE_SMOOTHING
