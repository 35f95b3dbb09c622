import gymnasium
import numpy as np
import pytest

import drive2walk.envs.registration  # noqa: F401 - registers the ids
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")


@pytest.mark.render
def test_the_reward_is_the_progress_towards_the_goal() -> None:
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
