"""N worlds of one model, stepped by MuJoCo's native batch on threads."""

from __future__ import annotations

from collections.abc import Callable

import mujoco
import mujoco.batch
import numpy as np

from drive2walk.robot.geometry.arrays import Array, Ids


class Simulation:
    """N simulations of one model.

    Args:
        model: The compiled world.
        num_envs: Number of worlds.
        num_threads: Threads that step them; 0 is one for each core.

    Attributes:
        qpos: Positions, (num_envs, nq). Writing to this array or to the two below changes the
            worlds.
        qvel: Velocities, (num_envs, nv).
        ctrl: Actuator inputs, (num_envs, nu).
        before_step: Function that is called before each physics step; None lets the batch make
            all steps at once.
    """

    def __init__(self, model: mujoco.MjModel, num_envs: int, num_threads: int = 0) -> None:
        self.model = model
        self.num_envs = num_envs
        self.before_step: Callable[[], None] | None = None
        self.batch = mujoco.batch.Batch(model, num_envs, num_threads)
        self.qpos: Array = self.batch.bind("qpos")
        self.qvel: Array = self.batch.bind("qvel")
        self.ctrl: Array = self.batch.bind("ctrl")
        self._warmstart: Array = self.batch.bind("qacc_warmstart")
        # (num_envs, kinds of warnings): how often MuJoCo met a number that it can't continue with.
        self._warnings = self.batch.warning[..., 1]

    def reset(self, ids: Ids, qpos: Array, qvel: Array) -> None:
        """Set the worlds ``ids`` to positions (n, nq) and velocities (n, nv)."""
        # Batch.reset also runs a forward pass and takes three times as long as writing the rows.
        self.qpos[ids] = qpos
        self.qvel[ids] = qvel
        self._warmstart[ids] = 0.0

    def step(self, num_steps: int) -> Ids:
        """Advance every world and return the ids of those that failed.

        The state of a failed world is meaningless (MuJoCo resets it or leaves it as it was): the
        caller must reset it.
        """
        if self.before_step is None:
            failed = self._step_batch(num_steps)
        else:
            failed = np.empty(0, dtype=np.intp)
            for _ in range(num_steps):
                self.before_step()
                failed = np.union1d(failed, self._step_batch(1))
        if self._warnings.any():
            warned = np.flatnonzero(self._warnings.any(axis=1))
            failed = np.union1d(failed, warned)
            self._warnings[...] = 0
        return failed

    def _step_batch(self, num_steps: int) -> Ids:
        """Advance every world and return the ids of those in which MuJoCo stopped."""
        try:
            self.batch.step(nstep=num_steps)
        except mujoco.batch.SimulationError as error:
            return np.asarray(error.ids, dtype=np.intp)
        return np.empty(0, dtype=np.intp)
