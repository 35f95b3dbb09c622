import numpy as np
import pytest

from envs.walking import WalkingConfig, WalkingEnv
from envs.walking_physics import Physics
from locomotion.controller import WalkingController
from locomotion.evaluate import Episodes, command_grid, run_episodes, summary, wilson_interval
from robot.spec import RobotSpec


def test_the_grid_is_fixed() -> None:
    grid = command_grid()
    assert grid.shape == (36, 3)
    assert grid.min(axis=0).tolist() == [-0.5, -0.3, -0.7]
    assert grid.max(axis=0).tolist() == [1.0, 0.3, 0.7]


def test_wilson_interval_by_hand() -> None:
    # Newcombe (1998), method 3: 81 of 263 gives 0.2553 to 0.3662.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0


def test_summary_counts_errors_only_while_upright() -> None:
    command = np.array([[0.5, 0, 0], [0.5, 0, 0], [0, 0, 0.7]])
    velocity = np.full((3, 2, 3), np.nan)
    velocity[0] = [[0.6, 0.0, 0.0], [0.4, 0.0, 0.0]]
    velocity[1, 0] = [0.8, 0.0, 0.0]
    velocity[2] = [[0.0, 0.1, 0.7], [0.0, 0.1, 0.7]]
    survived = np.array([True, False, True])
    scores = summary(Episodes(command, survived, np.array([1.0, 0.6, 1.0]), velocity))
    assert scores["survival"] == pytest.approx(2 / 3)
    assert scores["rms_vx"] == pytest.approx(np.sqrt((0.01 + 0.01 + 0.09) / 5))
    assert scores["rms_vy"] == pytest.approx(np.sqrt(0.02 / 5))
    assert scores["worst_command"] == [0.5, 0, 0]
    row = next(r for r in scores["commands"] if r["command"] == [0.5, 0, 0])
    assert (row["episodes"], row["survival"]) == (2, 0.5)
    assert row["bias_vx"] == pytest.approx(0.1)


def test_nobody_left_has_no_error() -> None:
    velocity = np.full((1, 3, 3), np.nan)
    scores = summary(Episodes(np.zeros((1, 3)), np.zeros(1, bool), np.zeros(1), velocity))
    assert scores["rms_vx"] is None


def test_a_robot_that_falls_did_not_survive(
    gait_alone: WalkingController, spec: RobotSpec, physics: Physics
) -> None:
    config = WalkingConfig(episode_s=3.0, push_m_s=0.0)
    env = WalkingEnv(spec, physics, config, 4, num_threads=1)
    env.hold_commands(np.zeros((4, 3)))
    env.simulation.qvel[2, 0] = 4.0
    episodes = run_episodes(gait_alone, env)
    assert episodes.survived.tolist() == [True, True, False, True]
    assert episodes.walked_share[2] < 0.9
    assert np.isnan(episodes.velocity[2, -1]).all()
    assert np.isfinite(episodes.velocity[0]).all()
    assert episodes.velocity.shape == (4, 2, 3)
