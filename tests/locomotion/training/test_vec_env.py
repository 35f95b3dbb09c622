import numpy as np
import pytest

from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.ppo import build_env
from drive2walk.locomotion.training.vec_env import WalkingVecEnv
from drive2walk.robot.spec import RobotSpec

STILL = WalkingConfig(
    push_m_s=0.0, vx_m_s=(0.0, 0.0), vy_m_s=(0.0, 0.0), wz_rad_s=(0.0, 0.0), episode_s=4.0
)


@pytest.fixture
def env(spec: RobotSpec) -> WalkingVecEnv:
    env = build_env(WalkingTraining(num_envs=8, num_threads=1, walking=STILL), spec, seed=0)
    env.reset()
    return env


def test_standing_is_worth_more_than_falling(env: WalkingVecEnv) -> None:
    rewards = []
    for _ in range(40):
        env.step_async(np.zeros((8, ResidualParameters().action_dim)))
        _, reward, _, _ = env.step_wait()
        rewards.append(reward)
    assert np.mean(rewards) > 0.1
    env.env.simulation.qvel[:, 3] = 5.0
    env.step_async(np.zeros((8, ResidualParameters().action_dim)))
    _, tumbling, _, _ = env.step_wait()
    assert tumbling.max() < np.mean(rewards)


def test_a_truncated_robot_returns_its_last_observation(env: WalkingVecEnv) -> None:
    seen = 0
    observation = env._observation
    for _ in range(200):
        before = observation
        env.step_async(np.zeros((8, ResidualParameters().action_dim)))
        observation, _, ended, infos = env.step_wait()
        for i in np.flatnonzero(ended):
            if "TimeLimit.truncated" in infos[i]:
                assert (infos[i]["terminal_observation"] == before[i]).all()
                seen += 1
        assert all(not info for info, end in zip(infos, ended, strict=True) if not end)
    # 4 s of 4 s episodes: every robot was truncated or fell once.
    assert seen + env.falls >= 8
    assert seen > 0


def test_a_fallen_robot_is_reset_and_counted(env: WalkingVecEnv) -> None:
    env.env.simulation.qpos[3, 2] = 0.2
    env.step_async(np.zeros((8, ResidualParameters().action_dim)))
    _, _, ended, infos = env.step_wait()
    assert ended.tolist() == [i == 3 for i in range(8)]
    assert env.falls == 1
    assert infos[3] == {}
    assert env._state.odometry.height[3] == pytest.approx(0.757, abs=0.02)


def test_contacts_follow_the_feet(env: WalkingVecEnv) -> None:
    env.env.hold_commands(np.tile([0.3, 0.0, 0.0], (8, 1)))
    for _ in range(30):
        env.step_async(np.zeros((8, ResidualParameters().action_dim)))
        env.step_wait()
    assert env.reward.contact.any(axis=1).mean() > 0.8
    assert not env.reward.contact.all()
