import numpy as np
import pytest

from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import Physics
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.spec import RobotSpec

DT = 0.02


def soles_of_a_moving_base(pose: tuple[float, float, float], feet: np.ndarray) -> np.ndarray:
    """Return the soles (1, 2, 3) seen from a base at (x, y, yaw), 0.7 m high."""
    x, y, yaw = pose
    turn = np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]])
    planar = (feet - [x, y]) @ turn.T
    return np.concatenate([planar, np.full((2, 1), -0.7)], axis=1)[None]


def test_a_standing_foot_tells_the_bases_path_exactly() -> None:
    feet = np.array([[0.05, 0.1], [-0.02, -0.12]])
    pose = np.array([0.0, 0.0, 0.0])
    odometry = Odometry.from_rest(soles_of_a_moving_base(pose, feet))
    rng = np.random.default_rng(1)
    for tick in range(50):
        move = rng.normal(0, 0.01, 3)
        pose = pose + move
        stance = np.array([tick // 10 % 2])
        soles = soles_of_a_moving_base(pose, feet)
        odometry = odometry.updated(soles, np.array([move[2] / DT]), stance, DT)
    assert odometry.position[0] == pytest.approx(pose[:2])
    assert odometry.yaw[0] == pytest.approx(pose[2])
    assert odometry.height[0] == pytest.approx(0.7)


def test_a_robot_at_rest_is_as_high_as_its_soles_are_low() -> None:
    soles = np.array([[[0.0, 0.1, -0.72], [0.0, -0.1, -0.70]]])
    odometry = Odometry.from_rest(soles)
    assert odometry.height == pytest.approx([0.71])
    assert not np.concatenate([odometry.position, odometry.velocity[:, :2]]).any()


def test_a_steady_base_has_its_velocity_in_its_own_frame() -> None:
    feet = np.array([[0.0, 0.1], [0.0, -0.1]])
    yaw, odometry = 0.9, None
    for tick in range(40):
        along = 0.3 * DT * tick
        soles = soles_of_a_moving_base((along * np.cos(yaw), along * np.sin(yaw), yaw), feet)
        if odometry is None:
            odometry = Odometry.from_rest(soles)
        odometry = odometry.updated(soles, np.zeros(1), np.array([0]), DT)
    assert odometry.velocity[0] == pytest.approx([0.3, 0.0, 0.0], abs=1e-3)
    assert odometry.mean_velocity[0, 0] == pytest.approx(0.3, rel=0.2)


def test_it_agrees_with_the_truth_of_a_walking_robot(
    spec: RobotSpec, physics: Physics, gait_alone: WalkingController
) -> None:
    env = WalkingEnv(spec, physics, WalkingConfig(push_m_s=0.0), 16, num_threads=1)
    env.hold_commands(np.tile([0.3, 0.0, 0.3], (16, 1)))
    start = env.state
    body = gait_alone.measure(proprioception_of(start))
    state = gait_alone.start(body, np.arange(16) % 2)
    for _ in range(200):
        state, targets = gait_alone.step(state, proprioception_of(env.state), env.command)
        terminated, _ = env.step(targets)
        assert not terminated.any()
    error = state.odometry.velocity - env.state.base_velocity
    assert np.sqrt(np.square(error).mean(axis=0)) == pytest.approx([0, 0, 0], abs=0.15)
    travelled = env.state.base_position[:, :2] - start.base_position[:, :2]
    turned = env.state.base_yaw_rad - start.base_yaw_rad
    assert np.abs(np.linalg.norm(travelled, axis=1)).mean() > 0.5
    assert np.linalg.norm(state.odometry.position - travelled, axis=1).max() < 0.15
    assert np.abs(state.odometry.yaw - turned).max() < 0.1
