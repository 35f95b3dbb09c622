"""The memory of a policy: what its own hands did, and which stage it believes the task is in."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array

# Number of stages that a task's funnel has: reached, grasped, lifted, carried, placed.
NUM_STAGES = 5
# Number of counts: closings and openings of either hand.
NUM_COUNTS = 4
# The counts, the stages, and the progress.
BELIEF_SIZE = NUM_COUNTS + NUM_STAGES + 1
CLOSED = 0.5
# Counts are divided by this, so that they are about as large as the other numbers.
COUNT_SCALE = 4.0
# The progress that is believed grows by at most so much between two decisions, so that a single
# misleading image can't end a task, and by at least so much, so that no pause lasts for ever.
PROGRESS_STEP_RANGE = (0.002, 0.02)
# It falls only where the image shows much less than what is believed, as after a lost object.
SETBACK = 0.15


@dataclasses.dataclass(frozen=True)
class Memory:
    """A policy's memory between two decisions.

    Attributes:
        closings: Number of closings of the left and the right hand, (2,).
        openings: Number of openings of the left and the right hand, (2,).
        closed: Whether the left and the right hand were last commanded to close, (2,) bool.
        stages: Probability that each stage is behind, (NUM_STAGES,).
        progress: Part of the task that is done, from 0 to 1.
    """

    closings: Array = dataclasses.field(default_factory=lambda: np.zeros(2))
    openings: Array = dataclasses.field(default_factory=lambda: np.zeros(2))
    closed: NDArray[np.bool_] = dataclasses.field(default_factory=lambda: np.zeros(2, dtype=bool))
    stages: Array = dataclasses.field(default_factory=lambda: np.zeros(NUM_STAGES))
    progress: float = 0.0

    def remember_grasps(self, grasps: Array) -> Memory:
        """Return the memory after hands were commanded to close by ``grasps``, (2,) 0 to 1."""
        closed = grasps > CLOSED
        return dataclasses.replace(
            self,
            closings=self.closings + (closed & ~self.closed),
            openings=self.openings + (~closed & self.closed),
            closed=closed,
        )

    def believe(self, stages: Array, progress: float) -> Memory:
        """Return the memory with a new belief.

        Args:
            stages: Predicted probability that each stage is behind, (NUM_STAGES,).
            progress: Predicted part of the task that is done.
        """
        step = np.clip(progress - self.progress, *PROGRESS_STEP_RANGE)
        if progress < self.progress - SETBACK:
            step = -PROGRESS_STEP_RANGE[1]
        return dataclasses.replace(
            self, stages=stages, progress=float(np.clip(self.progress + step, 0.0, 1.0))
        )

    def vector(self) -> Array:
        """Return the memory as numbers, (BELIEF_SIZE,)."""
        counts = np.concatenate([self.closings, self.openings]) / COUNT_SCALE
        return np.concatenate([counts, self.stages, [self.progress]])


def find_closings(grasps: Array) -> Array:
    """Return for each of T moments the moment of the last closing of any hand, -1 for none, (T,).

    Args:
        grasps: Commanded closing of either hand, from 0 to 1, (T, 2).
    """
    closed = grasps > CLOSED
    before = np.vstack([np.zeros((1, 2), dtype=bool), closed[:-1]])
    moments = np.where((closed & ~before).any(axis=1), np.arange(len(grasps)), -1)
    return np.maximum.accumulate(moments)
