"""Trains the residual by PPO on the native batch; a stop at any time leaves a usable policy."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import configure

from envs.walking import WalkingConfig, WalkingEnv
from envs.walking_physics import training_physics
from locomotion.checkpoints import load_checkpoint, save_checkpoint
from locomotion.controller import WalkingController
from locomotion.gait import GaitParameters
from locomotion.observations import OBSERVATIONS
from locomotion.policy import Policy
from locomotion.residual import ResidualParameters
from locomotion.rewards import RewardWeights
from locomotion.vec_env import WalkingVecEnv
from robot.config import save_config
from robot.spec import RobotSpec, load_robot

CONFIGS = Path(__file__).parent / "configs"
CHECKPOINT_EVERY_S = 60.0
POLICY_FILE = "policy.safetensors"


@dataclasses.dataclass(frozen=True)
class PpoConfig:
    """PPO's numbers.

    Attributes:
        steps: of each robot between two updates.
        minibatches, epochs: of each update.
        gamma, gae_lambda, clip: as in the paper.
        learning_rate: at the start; then it follows the KL divergence of the updates.
        target_kl: of one update.
        hidden: units of the two layers of policy and value.
        log_std: of the exploration at the start.
    """

    steps: int = 24
    minibatches: int = 2
    epochs: int = 4
    gamma: float = 0.98
    gae_lambda: float = 0.95
    clip: float = 0.2
    learning_rate: float = 1e-3
    target_kl: float = 0.012
    hidden: int = 128
    log_std: float = -1.0


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """A training run.

    Attributes:
        robot: name of its spec.
        budget_min: wall-clock minutes.
        num_envs: robots.
        num_threads: of the physics; 0 takes every processor.
    """

    robot: str = "unitree_g1"
    budget_min: float = 12.0
    num_envs: int = 512
    num_threads: int = 0
    gait: GaitParameters = dataclasses.field(default_factory=GaitParameters)
    residual: ResidualParameters = dataclasses.field(default_factory=ResidualParameters)
    rewards: RewardWeights = dataclasses.field(default_factory=RewardWeights)
    walking: WalkingConfig = dataclasses.field(default_factory=WalkingConfig)
    ppo: PpoConfig = dataclasses.field(default_factory=PpoConfig)


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


def train(config: TrainConfig, seed: int, out: Path, resume: bool = False) -> dict[str, Any]:
    """Train for ``config.budget_min`` minutes and write policy and checkpoints to ``out``.

    Args:
        config: the run.
        seed: of everything random.
        out: folder for policy.safetensors, checkpoint.safetensors, config.yaml, progress.csv.
        resume: go on from the checkpoint in ``out``, with the budget that it left.

    Returns:
        ``samples``, ``minutes``, ``samples_per_s``.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    save_config(config, out / "config.yaml")
    spec = load_robot(config.robot)
    env = build_env(config, spec, seed)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = _build_ppo(config, env, rate, seed)
    model.set_logger(configure(str(out), _log_formats()))
    run = _Run(config, out, rate, spec)
    if resume:
        run.restore(model)
    with run.bar:
        model.learn(10**12, callback=run, log_interval=5, reset_num_timesteps=False)
    run.save()
    return run.summary()


def build_env(config: TrainConfig, spec: RobotSpec, seed: int) -> WalkingVecEnv:
    """Return the training environment."""
    walking = WalkingEnv(
        spec,
        training_physics(spec),
        config.walking,
        config.num_envs,
        num_threads=config.num_threads,
        seed=seed,
    )
    controller = WalkingController(spec, config.gait, config.residual)
    return WalkingVecEnv(walking, controller, config.rewards, seed + 1)


def _build_ppo(config: TrainConfig, env: WalkingVecEnv, rate: LearningRate, seed: int) -> PPO:
    ppo = config.ppo
    return PPO(
        "MlpPolicy",
        env,
        learning_rate=rate,
        n_steps=ppo.steps,
        batch_size=ppo.steps * config.num_envs // ppo.minibatches,
        n_epochs=ppo.epochs,
        gamma=ppo.gamma,
        gae_lambda=ppo.gae_lambda,
        clip_range=ppo.clip,
        ent_coef=0.0,
        max_grad_norm=1.0,
        policy_kwargs={
            "net_arch": {"pi": [ppo.hidden] * 2, "vf": [ppo.hidden] * 2},
            "activation_fn": torch.nn.ELU,
            "log_std_init": ppo.log_std,
        },
        seed=seed,
        device="cpu",
    )


def _log_formats() -> list[str]:
    try:
        import tensorboard  # noqa: F401  (an optional extra)
    except ImportError:
        return ["csv"]
    return ["csv", "tensorboard"]


class _Run(BaseCallback):
    """Keeps the time, the learning rate, the checkpoints and the progress bar of a run."""

    def __init__(
        self, config: TrainConfig, out: Path, rate: LearningRate, spec: RobotSpec
    ) -> None:
        super().__init__()
        self.config, self.out, self.rate, self.spec = config, out, rate, spec
        self.earlier_s = 0.0
        self._began = time.monotonic()
        self._saved = self._began
        self._last_falls = 0
        self.bar = Progress(
            TextColumn("training"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[status]}"),
        )
        self._task = self.bar.add_task("", total=config.budget_min * 60, status="")

    @property
    def elapsed_s(self) -> float:
        return self.earlier_s + time.monotonic() - self._began

    def restore(self, model: PPO) -> None:
        extra = load_checkpoint(self.out, model)
        self.earlier_s, self.rate.value = extra["elapsed_s"], extra["learning_rate"]
        model.num_timesteps = extra["samples"]

    def _on_step(self) -> bool:
        return self.elapsed_s < self.config.budget_min * 60

    def _on_rollout_end(self) -> None:
        self.rate.adapt(float(self.model.logger.name_to_value.get("train/approx_kl", 0.0)))
        env: WalkingVecEnv = self.model.env  # type: ignore[assignment]
        steps = self.config.ppo.steps * env.num_envs
        falls, self._last_falls = env.falls - self._last_falls, env.falls
        vx, vy, wz = env.tracking
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
        """Write the policy and all that a resumed run needs."""
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

    def summary(self) -> dict[str, Any]:
        return {
            "samples": self.num_timesteps,
            "minutes": self.elapsed_s / 60,
            "samples_per_s": self.num_timesteps / self.elapsed_s,
        }


def policy_of(model: PPO, config: TrainConfig, spec: RobotSpec) -> Policy:
    """Return the policy in numbers, with all that a controller needs to run it."""
    layers = [
        module
        for module in [*model.policy.mlp_extractor.policy_net, model.policy.action_net]
        if isinstance(module, torch.nn.Linear)
    ]
    count = len(spec.leg_joint_names)
    metadata = {
        "robot": config.robot,
        "gait": dataclasses.asdict(config.gait),
        "residual": dataclasses.asdict(config.residual),
        "joint_names": spec.leg_joint_names,
        "joint_stiffness": spec.per_joint("kp")[:count].tolist(),
        "joint_damping": spec.per_joint("kd")[:count].tolist(),
        "default_joint_pos": spec.home_qpos[:count].tolist(),
        "command_names": ["vx", "vy", "wz"],
        "observation_names": list(OBSERVATIONS),
        "action_scale": list(config.residual.joints_rad) * 2,
    }
    return Policy(
        tuple(layer.weight.detach().numpy().astype(np.float32) for layer in layers),
        tuple(layer.bias.detach().numpy().astype(np.float32) for layer in layers),
        json.loads(json.dumps(metadata)),
    )
