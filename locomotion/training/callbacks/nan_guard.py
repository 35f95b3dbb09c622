"""Stops a training run whose numbers have gone wrong, and keeps the states that they came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.experiment.errors import TrainingError
from drive2walk.locomotion.training.callbacks.rollout_callback import RolloutCallback

# Each process keeps the states of its own robots.
FAILED_WORLDS_FILE = "failed_worlds_{}.npz"
# The weights of a network whose inputs lie between -10 and 10 stay far below this.
WEIGHT_LIMIT = 1e4


class NanGuard(RolloutCallback):
    """Looks at the physics and at the networks after each rollout.

    A world that the physics gave up on starts again by itself; a few of them in a long run do no
    harm, so that their states are only kept. A network that holds NaN can't recover.

    Args:
        out: Folder that the states are written to.
        rank: Number of the process.
    """

    def __init__(self, out: Path, rank: int = 0) -> None:
        super().__init__()
        self._path = out / FAILED_WORLDS_FILE.format(rank)
        self._kept = 0

    def _on_rollout_end(self) -> None:
        self.check_weights()

    def check_weights(self) -> None:
        """Keep the worlds that failed, and check that the networks can go on.

        Raises:
            TrainingError: A weight is NaN or has run away. What was saved before is whole.
        """
        self._keep_failed_worlds(self.model.env.env)
        broken = [
            name
            for name, weight in self.model.policy.named_parameters()
            if not bool((weight.abs() < WEIGHT_LIMIT).all())  # NaN is not below either
        ]
        if broken:
            # Another process's gradients have broken this one's weights if its worlds failed.
            files = sorted(self._path.parent.glob(FAILED_WORLDS_FILE.format("*")))
            kept = f" Worlds that failed are in '{files[-1]}'." if files else ""
            raise TrainingError(
                f"after {self.model.num_timesteps} samples {broken[0]} is NaN or has run away."
                f"{kept} The last checkpoint is whole: go on from it with --resume, at a lower "
                "ppo.learning_rate."
            )

    def _keep_failed_worlds(self, env: WalkingEnv) -> None:
        if len(env.failures) == self._kept:
            return
        self._kept = len(env.failures)
        columns = zip(*env.failures, strict=True)
        arrays = {
            name: np.array(values)
            for name, values in zip(("qpos", "qvel", "ctrl"), columns, strict=True)
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        partial.replace(self._path)
