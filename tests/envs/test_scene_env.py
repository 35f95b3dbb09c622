import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import drive2walk.envs.registration
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")


@pytest.mark.render
@pytest.mark.parametrize("name", ["drive2walk/Office-v0", "drive2walk/Street-v0"])
def test_gymnasium_accepts_the_environment(name: str) -> None:
    drive2walk.envs.registration.register_envs()
    env = gymnasium.make(name)
    try:
        check_env(env.unwrapped, skip_render_check=True)
    finally:
        env.close()


@pytest.mark.render
def test_reward_is_the_progress_towards_the_goal() -> None:
    drive2walk.envs.registration.register_envs()
    env = gymnasium.make("drive2walk/Office-v0")
    try:
        observation, info = env.reset(seed=5)
        assert info["scene_seed"] == 5
        before = np.hypot(*observation["goal"])
        observation, reward, terminated, truncated, _ = env.step(np.zeros(29, dtype=np.float32))
        assert reward == pytest.approx(before - np.hypot(*observation["goal"]), abs=1e-5)
        assert not terminated
        assert not truncated
        assert observation["rgb"].shape == (SPEC.head_camera.height, SPEC.head_camera.width, 3)
        assert observation["rgb"].std() > 5
    finally:
        env.close()
