"""How much of the bare physics' speed the walking environment and its training keep."""

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
from drive2walk.locomotion.training.config import CONFIGS, TrainConfig
from drive2walk.locomotion.training.learning_rate import LearningRate
from drive2walk.locomotion.training.ppo import build_learner
from drive2walk.locomotion.training.team import Team, led_team, team_size
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.spec import load_robot

# Commands and no kicks that the gait walks under by itself, so that both sides walk throughout:
# contacts are most of a step's cost, and a robot on the ground has others.
WALKING = WalkingConfig(push_m_s=0.0, vx_m_s=(-0.3, 0.4), vy_m_s=(-0.1, 0.1), wz_rad_s=(-0.4, 0.4))
WARM_UP_STEPS = 50
WARM_UP_ROLLOUTS = 2


class _Side:
    """Robots that the gait drives; only the physics' step is ever timed."""

    def __init__(
        self, controller: WalkingController, physics: Physics, count: int, threads: int
    ) -> None:
        self.controller = controller
        height_m = controller.gait.parameters.height_m
        walking = dataclasses.replace(WALKING, height_m=(height_m, height_m))
        self.env = WalkingEnv(controller.spec, physics, walking, count, num_threads=threads)
        body = controller.measure(proprioception_of(self.env.state))
        self._state: ControllerState = controller.start(body, np.arange(count) % 2)

    def targets(self) -> NDArray[np.float64]:
        self._state, targets = self.controller.step(
            self._state, proprioception_of(self.env.state), self.env.command
        )
        return targets

    def restart(self, ids: NDArray[np.intp]) -> None:
        if len(ids):
            body = self.controller.measure(proprioception_of(self.env.state, ids))
            self._state = self.controller.restart(self._state, body, ids, ids % 2)


def measure_throughput(
    config: str, num_envs: int, num_threads: int, num_steps: int
) -> dict[str, Any]:
    """Return control steps per second of the environment and of ``Batch.step``, and their ratio.

    Two sets of the same robots walk by the same gait. For one, a step is all that the
    environment does: physics, kicks, new commands, measurements, falls, resets. For the
    other it is writing the targets and calling ``Batch.step``. They take turns step by step,
    so that what else the machine does hits both; the figures are of the median step.

    Args:
        config: name of a training's config, of which robot and gait are taken.
        num_envs: robots on each side.
        num_threads: of the physics; 0 takes every processor.
        num_steps: control steps that are timed.
    """
    chosen = load_config(TrainConfig, config, CONFIGS)
    spec = load_robot(chosen.robot)
    physics = training_physics(spec)
    controller = WalkingController(spec, chosen.gait, chosen.residual)
    full = _Side(controller, physics, num_envs, num_threads)
    bare = _Side(controller, physics, num_envs, num_threads)
    times: dict[str, list[float]] = {"env": [], "raw": []}
    for step in range(WARM_UP_STEPS + num_steps):
        turns = [("env", _env_step, full), ("raw", _raw_step, bare)]
        for name, function, side in turns if step % 2 else turns[::-1]:
            seconds = function(side, side.targets())
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


def _env_step(side: _Side, targets: NDArray[np.float64]) -> float:
    began = time.perf_counter()
    terminated, truncated = side.env.step(targets)
    ended = np.flatnonzero(terminated | truncated)
    if len(ended):
        side.env.reset(ended)
    seconds = time.perf_counter() - began
    side.restart(ended)
    return seconds


def _raw_step(side: _Side, targets: NDArray[np.float64]) -> float:
    env = side.env
    began = time.perf_counter()
    env.simulation.ctrl[:, : targets.shape[1]] = targets
    env.simulation.batch.step(nstep=env.physics.decimation)
    seconds = time.perf_counter() - began
    side.restart(env.recover())
    return seconds


class _Rollouts(BaseCallback):
    """Notes when each rollout of PPO begins."""

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
        config: name of a training's config.
        num_envs: robots.
        num_threads: that learning takes; 0 takes every processor.
        rollouts: that are timed, each with its updates.
    """
    loaded = load_config(TrainConfig, config, CONFIGS)
    run = dataclasses.replace(loaded, num_envs=num_envs, num_threads=num_threads)
    count = WARM_UP_ROLLOUTS + rollouts + 1
    clock = _Rollouts()
    with led_team(team_size(num_envs, num_threads), functools.partial(_learn, run, count)) as team:
        _learn(run, count, team, clock)
        samples = run.ppo.steps * (num_envs // team.size) * team.size
    return float(samples / np.median(np.diff(clock.times)[WARM_UP_ROLLOUTS:]))


def _learn(
    config: TrainConfig, rollouts: int, team: Team, callback: BaseCallback | None = None
) -> None:
    torch.set_num_threads(1)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_learner(config, 0, rate, team)
    model.learn(config.ppo.steps * model.n_envs * rollouts, callback=callback)
