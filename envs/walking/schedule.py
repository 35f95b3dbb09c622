"""Random times of recurring events, in control steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Ids
from drive2walk.robot.timing import CONTROL_DT_S


def draw_steps(
    interval_s: tuple[float, float], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return numbers of control steps, uniform over an interval in seconds, (count,)."""
    low, high = (round(bound / CONTROL_DT_S) for bound in interval_s)
    return rng.integers(low, high + 1, count)


class Schedule:
    """The time of the next event of each of N robots.

    Args:
        interval_s: Range of the time between two events.
        num_envs: Number of robots.
        rng: Source of the times.

    Attributes:
        next_step: Control step of the episode at which the next event is due, (N,).
    """

    def __init__(
        self, interval_s: tuple[float, float], num_envs: int, rng: np.random.Generator
    ) -> None:
        self._interval_s, self._rng = interval_s, rng
        self.next_step = np.zeros(num_envs, dtype=np.int64)

    def due(self, elapsed: NDArray[np.int64]) -> Ids:
        """Return the ids of robots whose event is due after ``elapsed`` (N,) control steps."""
        return np.flatnonzero(elapsed >= self.next_step)

    def draw_next(self, ids: Ids, elapsed: NDArray[np.int64]) -> None:
        """Draw the next event of the robots ``ids``, after ``elapsed`` (N,) control steps."""
        self.next_step[ids] = elapsed[ids] + draw_steps(self._interval_s, len(ids), self._rng)
