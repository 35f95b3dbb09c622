"""Motors whose targets arrive late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Ids


class DelayedMotors:
    """The leg motors of N robots.

    Args:
        ctrl: Indices of the leg motors among the actuators.
        delay_steps: Physics steps after which each robot's motors get new targets, (N,).
    """

    def __init__(self, ctrl: slice, delay_steps: NDArray[np.int64]) -> None:
        self._ctrl = ctrl
        self._groups = [
            (int(delay), np.flatnonzero(delay_steps == delay))
            for delay in np.unique([0, *delay_steps])
        ]

    def drive(self, simulation: Simulation, targets: Array, num_steps: int) -> Ids:
        """Advance the physics towards new targets and return the ids of failed worlds.

        Args:
            simulation: The robots.
            targets: Leg joint targets, (N, num_leg_joints) rad.
            num_steps: Physics steps to advance.
        """
        failed = np.empty(0, dtype=np.intp)
        ends = [delay for delay, _ in self._groups[1:]] + [num_steps]
        for (delay, ids), end in zip(self._groups, ends, strict=True):
            simulation.ctrl[ids, self._ctrl] = targets[ids]
            if end > delay:
                failed = np.union1d(failed, simulation.step(end - delay))
        return failed
