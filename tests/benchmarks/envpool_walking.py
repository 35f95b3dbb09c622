"""Trains this project's PPO on EnvPool's G1 task and prints what came of it; runs where envpool is.

Arguments: a training config as JSON, the level of sensor noise from 0 to 1, a seed, and the marks
at which to judge as JSON.
"""

import json
import sys
from typing import Any

import envpool
import numpy as np
import torch
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from drive2walk.experiment.config import build
from drive2walk.locomotion.training.config import WalkingTraining
from tests.benchmarks.equal_training import JUDGED_ENVS, Marks, train_and_judge
from tests.benchmarks.vec_env_speed import steps_per_s

TASK = "G1JoystickFlatTerrain-v1"
# The commands and pushes of own_sides.CONDITIONS, instead of the task's own.
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
# Physics steps of 2 ms in a control step.
DECIMATION = 10


class EnvPoolWalking(VecEnv):
    """The task as stable-baselines3 sees it: robots that fell or ran out of time start again."""

    def __init__(self, num_envs: int, num_threads: int, noise: float, seed: int) -> None:
        self.pool = envpool.make_gymnasium(
            TASK,
            num_envs=num_envs,
            num_threads=num_threads,
            seed=seed,
            noise_level=noise,
            **CONDITIONS,
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


def main() -> None:
    config = build(WalkingTraining, json.loads(sys.argv[1]), "the benchmark's config")
    noise, seed = float(sys.argv[2]), int(sys.argv[3])
    marks = Marks(**json.loads(sys.argv[4]))
    torch.set_num_threads(1)
    bare = EnvPoolWalking(config.num_envs, config.num_threads, noise, seed)
    speed = steps_per_s(bare)
    # Its observations aren't scaled; ours are, by hand.
    env = VecNormalize(bare, norm_reward=False)

    def judged() -> VecEnv:
        return EnvPoolWalking(JUDGED_ENVS, config.num_threads, noise, seed + 1)

    found = {
        "side": "EnvPool, RL alone",
        "worlds": config.num_envs,
        "control_steps_per_s": speed,
        "physics_steps_per_s": speed * DECIMATION,
        "judged": train_and_judge(config, env, judged, seed, marks),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
