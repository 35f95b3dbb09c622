from pathlib import Path

import numpy as np
import pytest
import torch
from stable_baselines3 import PPO

from drive2walk.experiment.errors import TrainingError
from drive2walk.locomotion.training.callbacks.nan_guard import FAILED_WORLDS_FILE, NanGuard
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.ppo import build_env
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.robot.spec import RobotSpec


@pytest.fixture
def env(spec: RobotSpec) -> WalkingVecEnv:
    env = build_env(WalkingTraining(num_envs=3, num_threads=1), spec, 0)
    env.reset()
    return env


@pytest.fixture
def model(env: WalkingVecEnv) -> PPO:
    return PPO("MlpPolicy", env, n_steps=2, batch_size=6, device="cpu")


@pytest.fixture
def guard(model: PPO, tmp_path: Path) -> NanGuard:
    guard = NanGuard(tmp_path)
    guard.init_callback(model)
    return guard


def test_it_keeps_the_state_before_the_step_that_failed(
    env: WalkingVecEnv, guard: NanGuard, tmp_path: Path
) -> None:
    env.step(np.zeros((3, 15)))
    guard.on_rollout_end()
    assert not list(tmp_path.iterdir())
    env.env.simulation.qvel[1, 7] = 1e12
    env.step(np.zeros((3, 15)))
    guard.on_rollout_end()
    with np.load(tmp_path / FAILED_WORLDS_FILE.format(0)) as kept:
        assert kept["qvel"][:, 7] == pytest.approx([1e12])
        assert kept["qpos"].shape == (1, env.env.physics.model.nq)
        assert kept["ctrl"].shape == (1, env.env.physics.model.nu)


def test_a_weight_that_is_nan_is_named(model: PPO, guard: NanGuard) -> None:
    with torch.no_grad():
        model.policy.action_net.bias[0] = torch.nan
    with pytest.raises(TrainingError, match=r"action_net\.bias is NaN or has run away"):
        guard.on_rollout_end()
