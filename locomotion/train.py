"""Trains the residual by PPO on the native batch; a stop at any time leaves a usable policy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.logger import (
    CSVOutputFormat,
    KVWriter,
    Logger,
    TensorBoardOutputFormat,
)

from envs.terrain_kinds import build_terrain
from envs.walking import WalkingEnv
from envs.walking_physics import training_physics
from locomotion.controller import WalkingController
from locomotion.observations import OBSERVATIONS, columns_of
from locomotion.policy import Policy
from locomotion.train_config import TrainConfig
from locomotion.training_run import LearningRate, TrainingRun, linear_layers
from locomotion.vec_env import WalkingVecEnv
from robot.config import save_config
from robot.errors import WeightsError
from robot.spec import RobotSpec, load_robot


def train(
    config: TrainConfig,
    seed: int,
    out: Path,
    resume: bool = False,
    start: Policy | None = None,
    saved: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Train for ``config.budget_min`` minutes and write policy and checkpoints to ``out``.

    Args:
        config: the run.
        seed: of everything random.
        out: folder for policy.safetensors, checkpoint.safetensors, config.yaml, figures.
        resume: go on from the checkpoint in ``out``, with the budget that it left.
        start: what the policy is at first; without it, nothing. What it doesn't see yet has no
            effect at first.
        saved: is called with the number of samples whenever ``out`` holds a newer policy.

    Returns:
        ``samples``, ``minutes``, ``samples_per_s``.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    save_config(config, out / "config.yaml")
    spec = load_robot(config.robot)
    env = build_env(config, spec, seed)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_ppo(config, env, rate, seed)
    if start is not None:
        start_from(model, start, spec.num_leg_joints)
    run = TrainingRun(config, out, rate, spec, saved)
    if resume:
        run.restore(model)
    model.set_logger(_logger(out, model.num_timesteps))
    with contextlib.closing(model.logger):
        try:
            with run.bar:
                model.learn(10**12, callback=run, log_interval=5, reset_num_timesteps=False)
        finally:  # also when the user interrupts
            run.save()
    return run.summary()


def build_env(config: TrainConfig, spec: RobotSpec, seed: int) -> WalkingVecEnv:
    """Return the training environment."""
    walking = WalkingEnv(
        spec,
        training_physics(spec, build_terrain(config.terrain, seed)),
        config.walking,
        config.num_envs,
        num_threads=config.num_threads,
        seed=seed,
    )
    controller = WalkingController(spec, config.gait, config.residual, prior=config.prior)
    return WalkingVecEnv(walking, controller, config.rewards, seed + 1)


def build_ppo(config: TrainConfig, env: WalkingVecEnv, rate: LearningRate, seed: int) -> PPO:
    """Return PPO for an environment of ``build_env``, with networks of random weights."""
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


def start_from(model: PPO, policy: Policy, num_leg_joints: int) -> None:
    """Give the network of ``model`` the weights of ``policy``, both for so many leg joints.

    Raises:
        WeightsError: the policy has other layers.
    """
    layers = linear_layers(model)
    names = policy.metadata["observation_names"]
    shapes = [tuple(layer.weight.shape) for layer in layers]
    inputs = (policy.weights[0].shape[0], shapes[0][1])
    given = [inputs, *(weight.shape for weight in policy.weights[1:])]
    if shapes != given or not set(names) <= set(OBSERVATIONS):
        raise WeightsError(f"the policy to start from has layers {given}, not {shapes}.")
    first = np.zeros(shapes[0], dtype=np.float32)
    first[:, columns_of(names, num_leg_joints)] = policy.weights[0]
    with torch.no_grad():
        for layer, weight, bias in zip(
            layers, [first, *policy.weights[1:]], policy.biases, strict=True
        ):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))


def _logger(out: Path, samples: int) -> Logger:
    """Return a logger that leaves the figures of the run that is resumed alone."""
    formats: list[KVWriter] = [CSVOutputFormat(str(out / f"progress_from_{samples}.csv"))]
    with contextlib.suppress(AssertionError):  # tensorboard is an optional extra
        formats.append(TensorBoardOutputFormat(str(out / "tensorboard")))
    return Logger(str(out), formats)
