"""Trains PPO on any environment of walking robots and judges it at given minutes and samples."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.ppo import build_ppo

JUDGED_ENVS = 36
EPISODE_STEPS = 1000
WITHOUT_END = 10**12


@dataclasses.dataclass(frozen=True)
class Marks:
    """Moments of a training at which its policy is judged.

    Attributes:
        minutes: Minutes of training; the training ends at the last.
        samples: Numbers of control steps of all robots.
    """

    minutes: tuple[float, ...]
    samples: tuple[int, ...]


class PauseAtMark(BaseCallback):
    """Pauses training before a rollout if a mark has been passed, and adapts the learning rate."""

    def __init__(self, rate: LearningRate, minutes: float, samples: float) -> None:
        super().__init__()
        self.ends_at_s = time.monotonic() + 60 * minutes
        self.rate, self.samples = rate, samples

    def _on_step(self) -> bool:
        # A rollout that was begun is learned from: training pauses in a rollout's first step.
        if self.locals["n_steps"] > 0:
            return True
        return time.monotonic() < self.ends_at_s and self.num_timesteps < self.samples

    def _on_rollout_end(self) -> None:
        self.rate.adapt(float(self.model.logger.name_to_value.get("train/approx_kl", 0.0)))


def train_and_judge(
    config: WalkingTraining,
    env: VecEnv,
    judged: Callable[[], VecEnv],
    seed: int,
    marks: Marks,
) -> list[dict[str, Any]]:
    """Return a row for each mark: minutes, samples, survival and the fraction walked.

    Args:
        config: Parameters of PPO.
        env: Robots to train.
        judged: Function that returns new robots to judge the policy with.
        seed: Seed of the run.
        marks: Moments at which the policy is judged.
    """
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_ppo(config, env, rate, seed)
    minutes, samples, trained_min = list(marks.minutes), list(marks.samples), 0.0
    rows = []
    while minutes:
        pause = PauseAtMark(rate, minutes[0] - trained_min, samples[0] if samples else np.inf)
        began_s = time.monotonic()
        model.learn(WITHOUT_END, callback=pause, reset_num_timesteps=False)
        trained_min += (time.monotonic() - began_s) / 60
        kinds = []
        while minutes and trained_min >= minutes[0]:
            kinds.append(f"{minutes.pop(0):g} min")
        while samples and model.num_timesteps >= samples[0]:
            kinds.append(f"{samples.pop(0):,} samples")
        if not kinds:  # The clock stopped a moment early.
            continue
        survival, walked = judge(model, judged())
        for mark in kinds:
            rows.append(
                {
                    "mark": mark,
                    "minutes": trained_min,
                    "samples": model.num_timesteps,
                    "survival": survival,
                    "walked_fraction": walked,
                }
            )
    return rows


def judge(model: PPO, env: VecEnv) -> tuple[float, float]:
    """Return the fraction of 20 s episodes without a fall, and of their time until one."""
    scale = model.env if isinstance(model.env, VecNormalize) else None
    observation, upright = env.reset(), np.ones(env.num_envs, dtype=bool)
    walked = np.zeros(env.num_envs)
    for _ in range(EPISODE_STEPS - 1):
        seen = scale.normalize_obs(observation) if scale else observation
        actions, _ = model.predict(seen, deterministic=True)
        observation, _, ended, infos = env.step(actions)
        timed_out = np.array([info.get("TimeLimit.truncated", False) for info in infos])
        upright &= ~(ended & ~timed_out)
        walked += upright
    return float(upright.mean()), float(walked.mean() / (EPISODE_STEPS - 1))
