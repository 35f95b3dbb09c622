import gymnasium
import mujoco
import numpy as np
import pytest

import drive2walk.envs.registration  # noqa: F401 - registers the ids
from drive2walk.envs.scenes.items.tote import TOTE

pytestmark = pytest.mark.render


def test_success_is_rewarded_once_and_ends_the_episode() -> None:
    env = gymnasium.make("drive2walk/Tote-v0").unwrapped
    _, info = env.reset(seed=3)
    assert info["task"].startswith("carry the tote from the shelf to the table on your ")
    assert not info["success"]
    world = env._world  # type: ignore[attr-defined]
    home = np.zeros(env.action_space.shape, np.float32)
    _, reward, terminated, truncated, _ = env.step(home)
    assert (reward, terminated, truncated) == (0.0, False, False)
    x, y, z = world.data.geom("table_top").xpos
    half = world.model.geom("table_top").size[2]
    world.data.joint(TOTE).qpos = [x, y, z + half + 0.002, 1, 0, 0, 0]
    world.data.joint(TOTE).qvel = 0.0
    mujoco.mj_forward(world.model, world.data)
    rewards = []
    while not terminated:
        _, reward, terminated, truncated, info = env.step(home)
        rewards.append(reward)
    assert info["success"]
    assert sum(rewards) == rewards[-1] == 1.0
    env.close()


def test_actions_span_each_joint_s_range_about_home_and_close_the_hands() -> None:
    env = gymnasium.make("drive2walk/Sort-v0").unwrapped
    env.reset(seed=1)
    world = env._world  # type: ignore[attr-defined]
    fingers = world.spec.fingers
    ranges = np.array([world.model.joint(f"robot/{name}").range for name in world.spec.joint_names])
    low, high = env.action_space.low, env.action_space.high  # type: ignore[attr-defined]
    for action, joints, grasp in (
        (np.zeros_like(low), world.spec.home_qpos, 0.0),
        (high, ranges[:, 1], 1.0),
        (low, ranges[:, 0], 0.0),
    ):
        targets, finger_targets = env._targets(action.astype(float))  # type: ignore[attr-defined]
        assert targets == pytest.approx(joints)
        assert finger_targets == pytest.approx(fingers.targets(np.full(2, grasp)))
    env.close()


def test_a_robot_that_falls_ends_the_episode_without_a_reward() -> None:
    env = gymnasium.make("drive2walk/Leaves-v0").unwrapped
    env.reset(seed=0)
    action = np.zeros(env.action_space.shape, np.float32)
    action[[0, 6]] = 1.0
    terminated, total = False, 0.0
    while not terminated:
        _, reward, terminated, _, info = env.step(action)
        total += reward
    assert info["fell"]
    assert total == 0.0
    env.close()
