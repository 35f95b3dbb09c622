"""Trains the residual policy by PPO; a stop at any time leaves a policy that can be used."""

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
from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.callbacks.training_callbacks import TrainingCallbacks
from drive2walk.locomotion.training.checkpoint_file import CHECKPOINT_FILE
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.distributed.join import (
    count_processes,
    is_main_process,
    join_processes,
)
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses
from drive2walk.locomotion.training.policy_network import copy_policy_to_network
from drive2walk.locomotion.training.ppo import build_learner
from drive2walk.robot.spec import load_robot

# Fields of the config that may differ when a run is resumed.
MAY_CHANGE = ("budget_min", "max_samples", "num_envs", "num_threads", "card_repeats")
ROLLOUTS_PER_LOG = 5
WITHOUT_END = 10**12


def train(
    config: WalkingTraining,
    seed: int,
    out: Path,
    resume: bool = False,
    start: Policy | None = None,
    on_saved: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Train for ``config.budget_min`` minutes and write policy and checkpoints to ``out``.

    With several threads this process starts workers: a script that calls this function needs the
    ``if __name__ == "__main__"`` that multiprocessing asks for. Under torchrun, which may span
    several machines, each process calls it with the same arguments, and ``out`` is that of the
    main process; in a worker it returns when the main process has ended.

    Args:
        config: Training run.
        seed: Seed of all random numbers.
        out: Folder for policy.safetensors, checkpoint.safetensors, config.yaml and figures.
        resume: Whether to go on from the checkpoint in ``out``, with the budget that it left.
        start: Policy to begin with, instead of random weights. Observations that it doesn't have
            begin without effect.
        on_saved: Function that is called with the number of samples whenever ``out`` holds a
            newer policy.

    Returns:
        ``samples``, ``minutes`` and ``samples_per_s``; in a worker nothing.

    Raises:
        ConfigError: The seed is negative, ``out`` holds another run, or there are too few robots
            for so many processes.
        WeightsError: There is no checkpoint of this network to resume from, or ``start`` is of
            another one.
        TrainingError: The networks can't go on, or a process ended.
    """
    check_seed(seed)
    if is_main_process():
        require_own_folder(config, out, CHECKPOINT_FILE, resume, MAY_CHANGE)
        out.mkdir(parents=True, exist_ok=True)
    work = functools.partial(_run_worker, config, seed, out)
    with join_processes(count_processes(config.num_envs, config.num_threads), work) as processes:
        if not processes.is_main:
            _run_worker(config, seed, out, processes)
        model, callbacks = _build(config, seed, out, processes)
        if start is not None:
            copy_policy_to_network(start, model, load_robot(config.robot).num_leg_joints)
        if resume:
            callbacks.checkpoints.restore(model)
        _broadcast_state(model, processes)
        save_config(config, out / CONFIG)
        callbacks.policy_file.on_saved = on_saved
        model.set_logger(_build_logger(out, model.num_timesteps))
        with contextlib.closing(model.logger):
            try:
                with callbacks.progress.bar:
                    _learn(model, callbacks)
            finally:  # also when the user interrupts
                callbacks.checkpoints.save()
        return _summarize(model.num_timesteps, callbacks.stopwatch.elapsed_s)
    return {}


def _run_worker(
    config: WalkingTraining, seed: int, out: Path, processes: TrainingProcesses
) -> None:
    """Train in a worker, which ends with the main process."""
    model, callbacks = _build(config, seed, out, processes)
    _broadcast_state(model, processes)
    model.set_logger(Logger(None, []))
    _learn(model, callbacks)


def _build(
    config: WalkingTraining, seed: int, out: Path, processes: TrainingProcesses
) -> tuple[PPO, TrainingCallbacks]:
    torch.set_num_threads(1)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_learner(config, seed, rate, processes)
    callbacks = TrainingCallbacks(config, out, rate, processes)
    callbacks.init_callback(model)
    return model, callbacks


def _broadcast_state(model: PPO, processes: TrainingProcesses) -> None:
    """Give all processes the main one's weights, optimiser and count of samples."""
    if processes.count == 1:
        return
    policy = model.policy
    rate: LearningRate = model.learning_rate
    own = (
        policy.state_dict(),
        policy.optimizer.state_dict(),
        rate.value,
        model.num_timesteps,
    )
    weights, optimizer, rate.value, model.num_timesteps = processes.broadcast(own)
    if not processes.is_main:
        policy.load_state_dict(weights)
        policy.optimizer.load_state_dict(optimizer)


def _learn(model: PPO, callbacks: TrainingCallbacks) -> None:
    model.learn(WITHOUT_END, callbacks, ROLLOUTS_PER_LOG, reset_num_timesteps=False)


def _build_logger(out: Path, samples: int) -> Logger:
    """Return a logger that keeps the figures of a resumed run's earlier parts."""
    formats: list[KVWriter] = [CSVOutputFormat(str(out / f"progress_from_{samples}.csv"))]
    with contextlib.suppress(AssertionError):  # tensorboard is an optional extra
        formats.append(TensorBoardOutputFormat(str(out / "tensorboard")))
    return Logger(str(out), formats)


def _summarize(samples: int, elapsed_s: float) -> dict[str, Any]:
    return {
        "samples": samples,
        "minutes": elapsed_s / 60,
        "samples_per_s": samples / elapsed_s,
    }
