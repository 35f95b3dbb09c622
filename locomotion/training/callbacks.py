"""Keeps a training run's time, learning rate, checkpoints, policy and progress bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

from drive2walk.locomotion.training.checkpoints import load_checkpoint, save_checkpoint
from drive2walk.locomotion.training.config import TrainConfig
from drive2walk.locomotion.training.learning_rate import LearningRate
from drive2walk.locomotion.training.nan_guard import NanGuard
from drive2walk.locomotion.training.policy_network import policy_of
from drive2walk.locomotion.training.team import Team
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.robot.spec import load_robot

CHECKPOINT_EVERY_S = 60.0
POLICY_FILE = "policy.safetensors"


class TrainingRun(BaseCallback):
    """The callback of a run: the leader's tells and saves, all adapt the learning rate alike.

    Attributes:
        tell_saved: is called with the number of samples whenever ``out`` holds a newer policy.
        bar: progress.

    Args:
        config: the run.
        out: its folder.
        rate: of learning.
        team: who trains.
    """

    def __init__(self, config: TrainConfig, out: Path, rate: LearningRate, team: Team) -> None:
        super().__init__()
        self.tell_saved: Callable[[int], None] | None = None
        self.config, self.out, self.rate, self.team = config, out, rate, team
        self.spec = load_robot(config.robot)
        self.earlier_s = 0.0
        self._began = time.monotonic()
        self._saved = -CHECKPOINT_EVERY_S  # the first update is saved at once
        self._last_falls = 0
        self._guard = NanGuard(out, team.rank)
        self.bar = Progress(
            TextColumn("training"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[status]}"),
        )
        self._task = self.bar.add_task("", total=config.budget_min * 60, status="")

    @property
    def elapsed_s(self) -> float:
        """Seconds of training, those before a resume included."""
        return self.earlier_s + time.monotonic() - self._began

    @property
    def samples(self) -> int:
        """Control steps of all members' robots, those before a resume included."""
        return int(self.model.num_timesteps)

    def restore(self, model: PPO) -> None:
        """Put the last checkpoint into ``model``.

        Raises:
            WeightsError: there is none, or it is of another network.
        """
        extra = load_checkpoint(self.out, model)
        self.earlier_s, self.rate.value = extra["elapsed_s"], extra["learning_rate"]
        model.num_timesteps = extra["samples"]

    def _on_step(self) -> bool:
        # stable-baselines3 has counted this member's robots, as many as each of the others has.
        self.model.num_timesteps += (self.team.size - 1) * self.model.n_envs
        if not self.team.leads:
            return True  # it ends with its leader
        limit = self.config.max_samples
        in_time = self.elapsed_s < self.config.budget_min * 60
        return in_time and not (limit and self.samples >= limit)

    def _on_rollout_end(self) -> None:
        env: WalkingVecEnv = self.model.env
        falls, self._last_falls = env.falls - self._last_falls, env.falls
        kl = self.model.logger.name_to_value.get("train/approx_kl", 0.0)
        own = np.array([kl, falls, *env.reward.tracking], dtype=np.float32)
        kl, falls_each, vx, vy, wz = map(float, self.team.mean(own))
        self.rate.adapt(kl)
        self._guard.check(self.model, env.env)
        if not self.team.leads:
            return
        per_minute = 3000.0 * falls_each / (self.config.ppo.steps * env.num_envs)
        for name, value in {"falls_per_min": per_minute, "vx": vx, "vy": vy, "wz": wz}.items():
            self.logger.record(f"walk/{name}", value)
        speed = self.samples / max(self.elapsed_s, 1e-9)
        status = (
            f"{self.samples / 1e6:.1f}M samples, {speed:.0f}/s, {per_minute:.2f} falls/min, "
            f"error {vx:.2f} {vy:.2f} m/s {wz:.2f} rad/s"
        )
        self.bar.update(self._task, completed=self.elapsed_s, status=status)
        if time.monotonic() - self._saved > CHECKPOINT_EVERY_S:
            self.save()

    def save(self) -> None:
        """Write the policy and all that a resumed run needs.

        Raises:
            TrainingError: a weight is NaN or has run away; nothing is written.
        """
        self._guard.check(self.model, self.model.env.env)
        self._saved = time.monotonic()
        save_checkpoint(
            self.out,
            self.model,
            {
                "elapsed_s": self.elapsed_s,
                "learning_rate": self.rate.value,
                "samples": self.samples,
            },
        )
        policy_of(self.model, self.config, self.spec).save(self.out / POLICY_FILE)
        if self.tell_saved is not None:
            self.tell_saved(self.samples)

    def summary(self) -> dict[str, Any]:
        """Return ``samples``, ``minutes`` and ``samples_per_s``."""
        return {
            "samples": self.samples,
            "minutes": self.elapsed_s / 60,
            "samples_per_s": self.samples / self.elapsed_s,
        }
