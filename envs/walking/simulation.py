"""N worlds of one model, stepped by MuJoCo's native batch on threads."""

from __future__ import annotations

import mujoco
import mujoco.batch
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array


class Simulation:
    """N simulations of one model.

    Attributes:
        qpos: positions, (num_envs, nq); writing it changes the worlds, as for the two below.
        qvel: velocities, (num_envs, nv).
        ctrl: actuator inputs, (num_envs, nu).
    """

    def __init__(self, model: mujoco.MjModel, num_envs: int, num_threads: int = 0) -> None:
        self.model = model
        self.num_envs = num_envs
        self.batch = mujoco.batch.Batch(model, num_envs, num_threads)
        self.qpos: Array = self.batch.bind("qpos")
        self.qvel: Array = self.batch.bind("qvel")
        self.ctrl: Array = self.batch.bind("ctrl")
        self._warmstart: Array = self.batch.bind("qacc_warmstart")
        # (num_envs, warning kinds): how often MuJoCo met a number it could not go on with.
        self._warnings = self.batch.warning[..., 1]

    def reset(self, ids: NDArray[np.intp], qpos: Array, qvel: Array) -> None:
        """Put the worlds ``ids`` into the states (n, nq) and (n, nv)."""
        # Writing the rows costs a third of Batch.reset, which also runs a forward pass.
        self.qpos[ids] = qpos
        self.qvel[ids] = qvel
        self._warmstart[ids] = 0.0

    def step(self, num_steps: int) -> NDArray[np.intp]:
        """Advance every world and return the ids of those that failed.

        A failed world holds a state that says nothing (MuJoCo resets it, or leaves it as it
        was): its caller must reset it.
        """
        failed = np.empty(0, dtype=np.intp)
        try:
            self.batch.step(nstep=num_steps)
        except mujoco.batch.SimulationError as error:
            failed = np.asarray(error.ids, dtype=np.intp)
        if self._warnings.any():
            warned = np.flatnonzero(self._warnings.any(axis=1))
            failed = np.union1d(failed, warned)
            self._warnings[...] = 0
        return failed
