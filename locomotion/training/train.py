"""Trains the residual by PPO on the native batch; a stop at any time leaves a usable policy."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.logger import (
    CSVOutputFormat,
    KVWriter,
    Logger,
    TensorBoardOutputFormat,
)

from drive2walk.experiment.config import check_seed, save_config
from drive2walk.experiment.run_folder import CONFIG, require_own_folder
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.callbacks import TrainingRun
from drive2walk.locomotion.training.checkpoints import FILE as CHECKPOINT_FILE
from drive2walk.locomotion.training.config import TrainConfig
from drive2walk.locomotion.training.learning_rate import LearningRate
from drive2walk.locomotion.training.policy_network import start_from
from drive2walk.locomotion.training.ppo import build_learner
from drive2walk.locomotion.training.team import Team, led_team, team_size

# What a run may go on with otherwise than it began.
MAY_CHANGE = ("budget_min", "max_samples", "num_envs", "num_threads", "card_repeats")


def train(
    config: TrainConfig,
    seed: int,
    out: Path,
    resume: bool = False,
    start: Policy | None = None,
    saved: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Train for ``config.budget_min`` minutes and write policy and checkpoints to ``out``.

    With several threads other processes take their share: a script that calls this needs the
    ``if __name__ == "__main__"`` that multiprocessing asks for.

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

    Raises:
        ConfigError: the seed is negative, or ``out`` holds another run.
        WeightsError: there is no checkpoint of this network to resume from, or ``start`` is of
            another one.
        TrainingError: the networks can't go on, or a process ended.
    """
    check_seed(seed)
    require_own_folder(config, out, CHECKPOINT_FILE, resume, MAY_CHANGE)
    out.mkdir(parents=True, exist_ok=True)
    follow = functools.partial(_follow, config, seed, out, resume, start)
    with led_team(team_size(config.num_envs, config.num_threads), follow) as team:
        model, run = _begin(config, seed, out, resume, start, team)
        save_config(config, out / CONFIG)
        run.tell_saved = saved
        model.set_logger(_logger(out, model.num_timesteps))
        with contextlib.closing(model.logger):
            try:
                with run.bar:
                    _learn(model, run)
            finally:  # also when the user interrupts
                run.save()
    return run.summary()


def _follow(
    config: TrainConfig, seed: int, out: Path, resume: bool, start: Policy | None, team: Team
) -> None:
    """Train in another process than the leader's, until that one ends."""
    model, run = _begin(config, seed, out, resume, start, team)
    model.set_logger(Logger(None, []))
    _learn(model, run)


def _begin(
    config: TrainConfig, seed: int, out: Path, resume: bool, start: Policy | None, team: Team
) -> tuple[PPO, TrainingRun]:
    torch.set_num_threads(1)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_learner(config, seed, rate, team)
    run = TrainingRun(config, out, rate, team)
    if start is not None:
        start_from(model, start, run.spec.num_leg_joints)
    if resume:
        run.restore(model)
    return model, run


def _learn(model: PPO, run: TrainingRun) -> None:
    model.learn(10**12, callback=run, log_interval=5, reset_num_timesteps=False)


def _logger(out: Path, samples: int) -> Logger:
    """Return a logger that leaves the figures of the run that is resumed alone."""
    formats: list[KVWriter] = [CSVOutputFormat(str(out / f"progress_from_{samples}.csv"))]
    with contextlib.suppress(AssertionError):  # tensorboard is an optional extra
        formats.append(TensorBoardOutputFormat(str(out / "tensorboard")))
    return Logger(str(out), formats)
