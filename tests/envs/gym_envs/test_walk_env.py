import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import drive2walk.envs.registration  # noqa: F401 - registers the ids
from drive2walk.envs.gym_envs.walk_reward import (
    velocity_tracking,
    walk_reward,
    yaw_rate_tracking,
)
from drive2walk.robot.spec import load_robot

WALK = "drive2walk/Walk-v0"
SPEC = load_robot("unitree_g1")


def test_the_observation_holds_the_robot_at_home_and_the_command() -> None:
    env = gymnasium.make(WALK)
    observation, _ = env.reset(seed=2)
    angles, velocities, gravity, gyro, command = np.split(observation, [12, 24, 27, 30])
    assert angles == pytest.approx(SPEC.home_qpos[:12], abs=0.031)
    assert np.abs(velocities).max() <= 0.1
    assert gravity == pytest.approx([0, 0, -1])
    assert np.abs(gyro).max() <= 0.1
    assert command.shape == (3,)


def test_an_action_of_zero_is_home_and_one_is_half_a_radian() -> None:
    env = gymnasium.make(WALK).unwrapped
    env.reset(seed=0)
    action = np.zeros(12, dtype=np.float32)
    action[3] = 1.0
    env.step(action)
    targets = env._batch._env.simulation.ctrl[0, :12]  # type: ignore[attr-defined]
    expected = SPEC.home_qpos[:12].copy()
    expected[3] += 0.5
    assert targets == pytest.approx(expected)


def test_a_robot_that_falls_is_terminated_and_pays_for_it() -> None:
    env = gymnasium.make(WALK)
    env.reset(seed=0)
    action = np.zeros(12, dtype=np.float32)
    action[[0, 6]] = 1.0  # both hips swing back
    rewards, terminated = [], False
    while not terminated:
        _, reward, terminated, truncated, _ = env.step(action)
        assert not truncated
        rewards.append(reward)
    assert rewards[-1] < -8
    assert 0 < min(rewards[:-1]) <= max(rewards[:-1]) <= 1.5


def test_reward_terms_by_hand() -> None:
    command = np.array([[0.5, 0.0, 0.2], [0.5, 0.0, 0.2]])
    velocity = np.array([[0.5, 0.0, 9.0], [0.5, 0.5, 0.0]])
    yaw_rate = np.array([0.2, -0.3])
    assert velocity_tracking(velocity, command) == pytest.approx([1.0, np.exp(-1.0)])
    assert yaw_rate_tracking(yaw_rate, command) == pytest.approx([1.0, np.exp(-1.0)])
    reward = walk_reward(velocity, yaw_rate, command, np.array([False, True]))
    assert reward == pytest.approx([1.5, 1.5 * np.exp(-1.0) - 10.0])


def test_the_vector_environment_steps_robots_in_one_native_batch() -> None:
    envs = gymnasium.make_vec(WALK, num_envs=5)
    assert type(envs).__name__ == "WalkVectorEnv"
    assert envs.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
    observations, _ = envs.reset(seed=7)
    assert observations.shape == (5, 33)
    assert observations in envs.observation_space
    observations, rewards, terminated, truncated, _ = envs.step(envs.action_space.sample())
    assert observations in envs.observation_space
    assert rewards.shape == terminated.shape == truncated.shape == (5,)


def test_the_vector_environment_s_seed_fixes_all_its_episodes() -> None:
    def run(seed: int | list[int]) -> np.ndarray:
        envs = gymnasium.make_vec(WALK, num_envs=3)
        observations = [envs.reset(seed=seed)[0]]
        observations += [envs.step(np.zeros((3, 12), np.float32))[0] for _ in range(20)]
        return np.array(observations)

    first = run(7)
    np.testing.assert_array_equal(first, run(7))
    assert (first != run(8)).any()
    np.testing.assert_array_equal(run([1, 2, 3]), run([1, 2, 3]))


def test_a_robot_that_ended_is_reset_in_the_next_step_alone() -> None:
    envs = gymnasium.make_vec(WALK, num_envs=2)
    envs.reset(seed=0)
    actions = np.zeros((2, 12), dtype=np.float32)
    actions[1, [0, 6]] = 1.0
    terminated = np.zeros(2, dtype=bool)
    while not terminated[1]:
        _, _, terminated, _, _ = envs.step(actions)
    observations, rewards, terminated, truncated, _ = envs.step(actions)
    assert rewards[1] == 0.0
    assert not terminated[1]
    assert not truncated[1]
    assert observations[1, :12] == pytest.approx(SPEC.home_qpos[:12], abs=0.031)
    assert observations[0, :12] != pytest.approx(SPEC.home_qpos[:12], abs=1e-3)


def test_the_vector_environment_truncates_at_the_limit() -> None:
    envs = gymnasium.make_vec(WALK, num_envs=2, max_episode_steps=4)
    envs.reset(seed=0)
    ends = [envs.step(np.zeros((2, 12), np.float32))[3].all() for _ in range(4)]
    assert ends == [False, False, False, True]


def test_other_robots_and_grounds_are_arguments() -> None:
    env = gymnasium.make(WALK, robot="unitree_h1", terrain="steps")
    observation, _ = env.reset(seed=0)
    assert observation.shape == (2 * 10 + 9,)
    assert env.action_space.shape == (10,)
