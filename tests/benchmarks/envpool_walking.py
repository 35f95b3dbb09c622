"""Trains this project's PPO on EnvPool's G1 task and prints what came of it; runs where envpool is.

Arguments: a training config as JSON, a seed, minutes of training after which to judge.
"""

import json
import sys
import time
from typing import Any

import envpool
import numpy as np
import torch
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from drive2walk.experiment.config import build
from drive2walk.locomotion.training.callbacks.learning_rate import LearningRate
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.ppo import build_ppo
from tests.benchmarks.vec_env_speed import steps_per_s

TASK = "G1JoystickFlatTerrain-v1"
# The commands and kicks that this project's legs are judged under, instead of the task's own.
CONDITIONS = {
    "lin_vel_x_min": -0.5,
    "lin_vel_x_max": 1.0,
    "lin_vel_y_min": -0.3,
    "lin_vel_y_max": 0.3,
    "ang_vel_yaw_min": -0.7,
    "ang_vel_yaw_max": 0.7,
    "push_interval_min": 3.0,
    "push_interval_max": 7.0,
    "push_magnitude_min": 0.5,
    "push_magnitude_max": 0.5,
}
JUDGED_ENVS = 36
EPISODE_STEPS = 1000


class EnvPoolWalking(VecEnv):
    """The task as stable-baselines3 sees it: robots that fell or ran out of time start again."""

    def __init__(self, num_envs: int, num_threads: int, seed: int) -> None:
        self.pool = envpool.make_gymnasium(
            TASK, num_envs=num_envs, num_threads=num_threads, seed=seed, **CONDITIONS
        )
        super().__init__(num_envs, self.pool.observation_space["state"], self.pool.action_space)

    def reset(self) -> np.ndarray:
        return self.pool.reset()[0]["state"]

    def step_async(self, actions: np.ndarray) -> None:
        self._actions = actions.astype(np.float64)

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
        observation, reward, terminated, truncated, _ = self.pool.step(self._actions)
        state = observation["state"].copy()
        ended = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i in np.flatnonzero(ended):
            infos[i] = {
                "terminal_observation": state[i].copy(),
                "TimeLimit.truncated": bool(truncated[i] and not terminated[i]),
            }
        if ended.any():
            ids = np.flatnonzero(ended)
            state[ids] = self.pool.reset(ids)[0]["state"]
        return state, reward.astype(np.float32), ended, infos

    def close(self) -> None:
        self.pool.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [getattr(self, attr_name, None)] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise NotImplementedError(f"the robots share {attr_name}: it can't be set for some")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError(f"no robot has a method {method_name} of its own")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        return [False] * self.num_envs


class Clock(BaseCallback):
    """Ends training in time; the learning rate follows the updates' divergence as ours does."""

    def __init__(self, seconds: float, rate: LearningRate) -> None:
        super().__init__()
        self.ends, self.rate = time.monotonic() + seconds, rate

    def _on_step(self) -> bool:
        return time.monotonic() < self.ends

    def _on_rollout_end(self) -> None:
        self.rate.adapt(float(self.model.logger.name_to_value.get("train/approx_kl", 0.0)))


def survival(model: Any, seen: VecNormalize, num_threads: int, seed: int) -> tuple[float, float]:
    """Return the share of 20 s episodes without a fall, and of their time until one."""
    env = EnvPoolWalking(JUDGED_ENVS, num_threads, seed)
    state, upright = env.reset(), np.ones(JUDGED_ENVS, dtype=bool)
    walked = np.zeros(JUDGED_ENVS)
    for _ in range(EPISODE_STEPS - 1):
        actions, _ = model.predict(seen.normalize_obs(state), deterministic=True)
        state, _, ended, _ = env.step(np.clip(actions, -1, 1))
        upright &= ~ended
        walked += upright
    return float(upright.mean()), float(walked.mean() / (EPISODE_STEPS - 1))


def main() -> None:
    config = build(WalkingTraining, json.loads(sys.argv[1]), "the benchmark's config")
    seed, minutes = int(sys.argv[2]), [float(value) for value in sys.argv[3:]]
    torch.set_num_threads(1)
    bare = EnvPoolWalking(config.num_envs, config.num_threads, seed)
    found: dict[str, Any] = {"env_steps_per_s": steps_per_s(bare)}
    # Its observations aren't scaled; ours are, by hand.
    env = VecNormalize(bare, norm_reward=False)
    rate = LearningRate(config.ppo.learning_rate, config.ppo.target_kl)
    model = build_ppo(config, env, rate, seed)
    rows, before = [], 0.0
    for until in minutes:
        clock = Clock(60 * (until - before), rate)
        model.learn(10**12, callback=clock, reset_num_timesteps=False)
        survived, walked = survival(model, env, config.num_threads, seed + 1)
        rows.append(
            {
                "minutes": until,
                "samples": model.num_timesteps,
                "survival": survived,
                "walked_share": walked,
            }
        )
        before = until
    print(json.dumps({**found, "judged": rows}))


if __name__ == "__main__":
    main()
