import numpy as np
import pytest

from drive2walk.experiment.statistics import fraction_interval
from drive2walk.locomotion.evaluation.effort import Effort
from drive2walk.locomotion.evaluation.episodes import Episodes
from drive2walk.locomotion.evaluation.metrics import summarize_episodes


def test_fraction_interval_by_hand() -> None:
    # Newcombe (1998), method 3: 81 of 263 gives 0.2553 to 0.3662.
    assert fraction_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert fraction_interval(0, 10)[0] == 0.0
    assert fraction_interval(10, 10)[1] == 1.0


def test_summary_counts_errors_only_while_upright() -> None:
    command = np.array([[0.5, 0, 0], [0.5, 0, 0], [0, 0, 0.7]])
    velocity = np.full((3, 2, 3), np.nan)
    velocity[0] = [[0.6, 0.0, 0.0], [0.4, 0.0, 0.0]]
    velocity[1, 0] = [0.8, 0.0, 0.0]
    velocity[2] = [[0.0, 0.1, 0.7], [0.0, 0.1, 0.7]]
    survived = np.array([True, False, True])
    scores = summarize_episodes(Episodes(command, survived, np.array([1.0, 0.6, 1.0]), velocity))
    assert scores["survival"] == pytest.approx(2 / 3)
    assert scores["rms_vx"] == pytest.approx(np.sqrt((0.01 + 0.01 + 0.09) / 5))
    assert scores["rms_vy"] == pytest.approx(np.sqrt(0.02 / 5))
    assert scores["worst_command"] == [0.5, 0, 0]
    row = next(r for r in scores["commands"] if r["command"] == [0.5, 0, 0])
    assert (row["episodes"], row["survival"]) == (2, 0.5)
    assert row["survival_interval"] == pytest.approx(fraction_interval(1, 2))
    assert row["bias_vx"] == pytest.approx(0.1)


def test_without_upright_robots_there_is_no_error() -> None:
    velocity = np.full((1, 3, 3), np.nan)
    scores = summarize_episodes(
        Episodes(np.zeros((1, 3)), np.zeros(1, bool), np.zeros(1), velocity)
    )
    assert scores["rms_vx"] is None


def test_height_errors_count_after_the_time_to_settle() -> None:
    command = np.array([[0.0, 0, 0, 0.5], [0.0, 0, 0, 0.6]])
    height = np.array([[0.7, 0.6, 0.5, 0.52], [0.7, 0.7, 0.6, np.nan]])
    velocity = np.zeros((2, 4, 3))
    episodes = Episodes(command, np.array([True, False]), np.ones(2), velocity, height=height)
    scores = summarize_episodes(episodes)
    assert scores["rms_height"] == pytest.approx(np.sqrt(0.0004 / 3))
    assert [row["command"][3] for row in scores["commands"]] == [0.5, 0.6]
    assert "rms_height" not in summarize_episodes(
        Episodes(command[:, :3], *[episodes.survived] * 2, velocity)
    )


def test_costs_by_hand() -> None:
    command = np.array([[0.5, 0, 0], [0.5, 0, 0], [0, 0, 0.7]])
    effort = Effort(
        distance_m=np.array([10.0, 2.0, 0.5]),
        work_per_weight_m=np.array([3.0, 1.0, 9.0]),
        slip_m=np.array([0.4, 0.2, 0.0]),
        standing_s=np.array([20.0, 5.0, 5.0]),
        one_foot_fraction=np.array([0.8, 0.6, 0.1]),
        at_limit_fraction=np.array([0.0, 0.3, 0.0]),
        unevenness_m=np.array([0.02, 0.04, 0.0]),
        largest_speed_rad_s=np.array([9.0, 21.0, 5.0]),
        above_rated_fraction=np.array([0.0, 0.06, 0.0]),
        above_no_load_fraction=np.array([0.0, 0.03, 0.0]),
    )
    velocity = np.zeros((3, 2, 3))
    scores = summarize_episodes(Episodes(command, np.ones(3, bool), np.ones(3), velocity, effort))
    # The work of a robot that turns on the spot doesn't count as transport.
    assert scores["cost_of_transport"] == pytest.approx(4 / 12)
    assert scores["foot_slip_m_s"] == pytest.approx(0.6 / 30)
    assert scores["torque_limit_share"] == pytest.approx(0.1)
    assert scores["one_foot_share"] == pytest.approx(0.5)
    assert scores["unevenness_m"] == pytest.approx(0.02)
    assert scores["largest_joint_speed_rad_s"] == 21.0
    assert scores["above_rated_speed_fraction"] == pytest.approx(0.02)
    assert scores["above_no_load_speed_fraction"] == pytest.approx(0.01)
    turning = next(r for r in scores["commands"] if r["command"] == [0, 0, 0.7])
    assert turning["cost_of_transport"] is None
    assert turning["largest_joint_speed_rad_s"] == 5.0
