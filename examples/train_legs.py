"""Train legs: two minutes of PPO with one's own reward beside the released ones."""

from __future__ import annotations

import argparse
import time

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnvWrapper

from drive2walk.experiment.config import load_config
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
from drive2walk.locomotion.training.ppo import build_env
from drive2walk.robot.spec import load_robot


class QuietJoints(VecEnvWrapper):
    """Costs every robot something for fast leg joints."""

    def reset(self) -> np.ndarray:
        """Return the first observations, (num_envs, observation_dim)."""
        return self.venv.reset()

    def step_wait(self) -> tuple:
        """Return observations, rewards, ends and infos of one control step."""
        observations, rewards, ended, infos = self.venv.step_wait()
        cost = 1e-5 * np.square(self.venv.env.state.leg_qvel).sum(axis=1)  # (rad/s)²
        return observations, rewards - cost, ended, infos


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seconds", type=float, default=120.0, help="length of the training")
options, config = parser.parse_args(), load_config(WalkingTraining, "g1_flat", CONFIGS)
env = QuietJoints(build_env(config, load_robot(config.robot), seed=0))
numbers = {"n_steps": 24, "batch_size": 1536, "n_epochs": 1, "gamma": 0.98, "learning_rate": 1e-3}
model = PPO("MlpPolicy", env, **numbers, policy_kwargs={"log_std_init": -1.0}, device="cpu")
end = time.monotonic() + options.seconds
model.learn(10**9, callback=lambda *_: time.monotonic() < end)
print(f"{model.num_timesteps} control steps, {env.get_attr('falls')[0]} falls")
