"""Keeps a training run's time, learning rate, checkpoints, policy and progress bar."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

from locomotion.checkpoints import load_checkpoint, save_checkpoint
from locomotion.command import COMMAND_NAMES
from locomotion.nan_guard import NanGuard
from locomotion.observations import OBSERVATIONS
from locomotion.policy import Policy
from locomotion.train_config import TrainConfig
from locomotion.vec_env import WalkingVecEnv
from robot.spec import RobotSpec

CHECKPOINT_EVERY_S = 60.0
POLICY_FILE = "policy.safetensors"


@dataclasses.dataclass
class LearningRate:
    """A learning rate that follows the KL divergence (Schulman et al. 2017, section 4)."""

    value: float
    target_kl: float

    def __call__(self, _: float) -> float:
        """Return the rate for stable-baselines3, whatever the share of training left."""
        return self.value

    def adapt(self, kl: float) -> None:
        """Slow down after a large update, speed up after a small one."""
        if kl > 2 * self.target_kl:
            self.value = max(self.value / 1.5, 1e-5)
        elif 0 < kl < self.target_kl / 2:
            self.value = min(self.value * 1.5, 1e-2)


class TrainingRun(BaseCallback):
    """The callback of a run."""

    def __init__(
        self,
        config: TrainConfig,
        out: Path,
        rate: LearningRate,
        spec: RobotSpec,
        saved: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._tell_saved = saved
        self.config, self.out, self.rate, self.spec = config, out, rate, spec
        self.earlier_s = 0.0
        self._began = time.monotonic()
        self._saved = -CHECKPOINT_EVERY_S  # the first update is saved at once
        self._last_falls = 0
        self._guard = NanGuard(out)
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

    def restore(self, model: PPO) -> None:
        """Put the last checkpoint into ``model``.

        Raises:
            WeightsError: there is none, or it is of another network.
        """
        extra = load_checkpoint(self.out, model)
        self.earlier_s, self.rate.value = extra["elapsed_s"], extra["learning_rate"]
        model.num_timesteps = extra["samples"]

    def _on_step(self) -> bool:
        limit = self.config.max_samples
        in_time = self.elapsed_s < self.config.budget_min * 60
        return in_time and not (limit and self.num_timesteps >= limit)

    def _on_rollout_end(self) -> None:
        self.rate.adapt(float(self.model.logger.name_to_value.get("train/approx_kl", 0.0)))
        env: WalkingVecEnv = self.model.env
        self._guard.check(self.model, env.env)
        steps = self.config.ppo.steps * env.num_envs
        falls, self._last_falls = env.falls - self._last_falls, env.falls
        vx, vy, wz = env.reward.tracking
        per_minute = 3000.0 * falls / steps
        for name, value in {"falls_per_min": per_minute, "vx": vx, "vy": vy, "wz": wz}.items():
            self.logger.record(f"walk/{name}", float(value))
        speed = self.num_timesteps / max(self.elapsed_s, 1e-9)
        status = (
            f"{self.num_timesteps / 1e6:.1f}M samples, {speed:.0f}/s, {per_minute:.2f} falls/min, "
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
                "samples": self.num_timesteps,
            },
        )
        policy_of(self.model, self.config, self.spec).save(self.out / POLICY_FILE)
        if self._tell_saved is not None:
            self._tell_saved(self.model.num_timesteps)

    def summary(self) -> dict[str, Any]:
        """Return ``samples``, ``minutes`` and ``samples_per_s``."""
        return {
            "samples": self.num_timesteps,
            "minutes": self.elapsed_s / 60,
            "samples_per_s": self.num_timesteps / self.elapsed_s,
        }


def linear_layers(model: PPO) -> list[torch.nn.Linear]:
    """Return the layers of the policy's network, from observation to action."""
    modules = [*model.policy.mlp_extractor.policy_net, model.policy.action_net]
    return [module for module in modules if isinstance(module, torch.nn.Linear)]


def policy_of(model: PPO, config: TrainConfig, spec: RobotSpec) -> Policy:
    """Return the policy in numbers, with all that a controller needs to run it."""
    layers = linear_layers(model)
    count = spec.num_leg_joints
    metadata = {
        "robot": config.robot,
        "prior": config.prior,
        "gait": dataclasses.asdict(config.gait),
        "residual": dataclasses.asdict(config.residual),
        "joint_names": spec.leg_joint_names,
        "joint_stiffness": spec.per_joint("kp")[:count].tolist(),
        "joint_damping": spec.per_joint("kd")[:count].tolist(),
        "default_joint_pos": spec.home_qpos[:count].tolist(),
        "command_names": list(COMMAND_NAMES),
        "command_range": [
            config.walking.vx_m_s,
            config.walking.vy_m_s,
            config.walking.wz_rad_s,
            config.walking.height_m,
        ],
        "observation_names": list(OBSERVATIONS),
        "action_scale": list(config.residual.joints_rad) * 2,
    }
    return Policy(
        tuple(layer.weight.detach().numpy().astype(np.float32) for layer in layers),
        tuple(layer.bias.detach().numpy().astype(np.float32) for layer in layers),
        json.loads(json.dumps(metadata)),
    )
