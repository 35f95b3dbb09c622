"""Speed of the walking environment and of its training, against that of the bare physics."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics, training_physics
from drive2walk.experiment.config import load_config
from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from drive2walk.locomotion.training.distributed.join import count_processes, join_processes
from drive2walk.locomotion.training.distributed.processes import TrainingProcesses
from drive2walk.locomotion.training.ppo import build_learner
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.spec import load_robot

# Commands under which the gait walks by itself, without pushes, so that both sides walk all the
# time: contacts are most of a step's cost, and a robot on the ground has others.
WALKING = WalkingConfig(push_m_s=0.0, vx_m_s=(-0.3, 0.4), vy_m_s=(-0.1, 0.1), wz_rad_s=(-0.4, 0.4))
WARM_UP_STEPS = 50
WARM_UP_ROLLOUTS = 2


class _Side:
    """Robots that the gait drives. Only the physics' step is timed, never the gait."""

    def __init__(
        self, controller: WalkingController, physics: Physics, count: int, threads: int
    ) -> None:
        self.controller = controller
        height_m = controller.gait.parameters.height_m
        walking = dataclasses.replace(WALKING, height_m=(height_m, height_m))
        self.env = WalkingEnv(controller.spec, physics, walking, count, num_threads=threads)
        body = controller.measure(proprioception_of(self.env.state))
        self._state: ControllerState = controller.start(body, np.arange(count) % 2)

    def plan_targets(self) -> NDArray[np.float64]:
        self._state, targets = self.controller.step(
            self._state, proprioception_of(self.env.state), self.env.command
        )
        return targets

    def reset_controller(self, ids: NDArray[np.intp]) -> None:
        if len(ids):
            body = self.controller.measure(proprioception_of(self.env.state, ids))
            self._state = self.controller.restart(self._state, body, ids, ids % 2)


def measure_throughput(
    config: str, num_envs: int, num_threads: int, num_steps: int
) -> dict[str, Any]:
    """Return control steps per second of the environment and of ``Batch.step``, and their ratio.

    Two sets of the same robots walk by the same gait. In one, a step is all that the environment
    does: physics, pushes, new commands, measurements, falls and resets. In the other, it is
    writing the targets and calling ``Batch.step``. They take turns step by step, so that other
    load on the machine affects both; the figures are those of the median step.

    Args:
        config: Name of a training config, whose robot and gait are used.
        num_envs: Robots on each side.
        num_threads: Threads of the physics; 0 takes every processor.
        num_steps: Control steps that are timed.
    """
    chosen = load_config(WalkingTraining, config, CONFIGS)
    spec = load_robot(chosen.robot)
    physics = training_physics(spec)
    controller = WalkingController(spec, chosen.gait, chosen.residual)
    full = _Side(controller, physics, num_envs, num_threads)
    bare = _Side(controller, physics, num_envs, num_threads)
    times: dict[str, list[float]] = {"env": [], "raw": []}
    for step in range(WARM_UP_STEPS + num_steps):
        turns = [("env", _time_env_step, full), ("raw", _time_raw_step, bare)]
        for name, time_step, side in turns if step % 2 else turns[::-1]:
            seconds = time_step(side, side.plan_targets())
            if step >= WARM_UP_STEPS:
                times[name].append(seconds)
    env_s, raw_s = (float(np.median(times[name])) for name in ("env", "raw"))
    return {
        "env_steps_per_s": num_envs / env_s,
        "raw_steps_per_s": num_envs / raw_s,
        "ratio": raw_s / env_s,
        "num_envs": num_envs,
        "num_threads": num_threads or os.cpu_count(),
        "decimation": physics.decimation,
        "timed_steps": num_steps,
    }


def _time_env_step(side: _Side, targets: NDArray[np.float64]) -> float:
    start_s = time.perf_counter()
    terminated, truncated = side.env.step(targets)
    ended = np.flatnonzero(terminated | truncated)
    if len(ended):
        side.env.reset(ended)
    seconds = time.perf_counter() - start_s
    side.reset_controller(ended)
    return seconds


def _time_raw_step(side: _Side, targets: NDArray[np.float64]) -> float:
    env = side.env
    start_s = time.perf_counter()
    env.simulation.ctrl[:, : targets.shape[1]] = targets
    env.simulation.batch.step(nstep=env.physics.decimation)
    seconds = time.perf_counter() - start_s
    side.reset_controller(env.recover())
    return seconds


class _RolloutClock(BaseCallback):
    """Records when each rollout of PPO begins, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def _on_rollout_start(self) -> None:
        self.times.append(time.perf_counter())

    def _on_step(self) -> bool:
        return True


def measure_training(config: str, num_envs: int, num_threads: int, rollouts: int) -> float:
    """Return the samples per second that PPO collects and learns from, by the median rollout.

    Args:
        config: Name of a training config.
        num_envs: Robots.
        num_threads: Processors for the training; 0 takes every one.
        rollouts: Rollouts that are timed, each with its update.
    """
    loaded = load_config(WalkingTraining, config, CONFIGS)
    run = dataclasses.replace(loaded, num_envs=num_envs, num_threads=num_threads)
    learn = functools.partial(_learn, run, WARM_UP_ROLLOUTS + rollouts + 1)
    clock = _RolloutClock()
    with join_processes(count_processes(num_envs, num_threads), learn) as processes:
        learn(processes, clock)
        samples = run.ppo.steps * (num_envs // processes.count) * processes.count
    return float(samples / np.median(np.diff(clock.times)[WARM_UP_ROLLOUTS:]))


def _learn(
    config: WalkingTraining,
    rollouts: int,
    processes: TrainingProcesses,
    callback: BaseCallback | None = None,
) -> None:
    torch.set_num_threads(1)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_learner(config, 0, rate, processes)
    model.learn(config.ppo.steps * model.n_envs * rollouts, callback=callback)
