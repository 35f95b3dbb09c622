"""Stops a training run whose numbers have gone wrong, and keeps the state that they did it in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from stable_baselines3 import PPO

from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.experiment.errors import TrainingError

# Each process of a training keeps those of its own robots.
FAILED_WORLDS_FILE = "failed_worlds_{}.npz"
# Networks of numbers between -10 and 10 hold none that is nearly as large.
WEIGHT_LIMIT = 1e4


class NanGuard:
    """Looks after one run.

    Args:
        out: folder that the states are written to.
        rank: of the process.
    """

    def __init__(self, out: Path, rank: int = 0) -> None:
        self._path = out / FAILED_WORLDS_FILE.format(rank)
        self._known = 0

    def check(self, model: PPO, env: WalkingEnv) -> None:
        """Keep the worlds that the physics gave up on, and stop if the networks can't go on.

        The worlds themselves begin anew; a few of them in a long run are no harm.

        Raises:
            TrainingError: a weight is NaN or has run away. What was saved before is whole.
        """
        if len(env.failures) > self._known:
            self._known = len(env.failures)
            self._save(env)
        broken = [
            name
            for name, weight in model.policy.named_parameters()
            if not bool((weight.abs() < WEIGHT_LIMIT).all())  # NaN is not below either
        ]
        if broken:
            # Another process's gradients have broken this one's weights if its worlds failed.
            files = sorted(self._path.parent.glob(FAILED_WORLDS_FILE.format("*")))
            kept = f" Worlds that failed are in '{files[-1]}'." if files else ""
            raise TrainingError(
                f"after {model.num_timesteps} samples {broken[0]} is NaN or has run away.{kept} "
                "The last checkpoint is whole: go on from it with --resume, at a lower "
                "ppo.learning_rate."
            )

    def _save(self, env: WalkingEnv) -> None:
        names = ("qpos", "qvel", "ctrl")
        columns = zip(*env.failures, strict=True)
        arrays = {name: np.array(rows) for name, rows in zip(names, columns, strict=True)}
        partial = self._path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        partial.replace(self._path)
