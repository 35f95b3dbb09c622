"""Motors that get their targets late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.simulation import Simulation


class Motors:
    """The legs' motors of N robots.

    Args:
        ctrl: where they are among the actuators.
        late: physics steps after which each robot's motors get new targets, (N,).
    """

    def __init__(self, ctrl: slice, late: NDArray[np.int64]) -> None:
        self._ctrl = ctrl
        self._turns = [(int(n), np.flatnonzero(late == n)) for n in np.unique([0, *late])]

    def drive(
        self, simulation: Simulation, targets: NDArray[np.float64], num_steps: int
    ) -> NDArray[np.intp]:
        """Advance by ``num_steps`` towards targets (N, joints) rad and return failed worlds."""
        failed = np.empty(0, dtype=np.intp)
        ends = [late for late, _ in self._turns[1:]] + [num_steps]
        for (late, ids), end in zip(self._turns, ends, strict=True):
            simulation.ctrl[ids, self._ctrl] = targets[ids]
            if end > late:
                failed = np.union1d(failed, simulation.step(end - late))
        return failed
