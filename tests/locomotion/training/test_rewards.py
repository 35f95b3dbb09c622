import numpy as np
import pytest

from drive2walk.locomotion.training import rewards
from drive2walk.locomotion.training.rewards import RewardWeights

WALKING = np.zeros(1, dtype=bool)


def test_tracking_is_one_without_error_and_falls_to_one_over_e() -> None:
    error = np.array([[0.0, 0.0], [0.3, 0.4]])
    assert rewards.score_tracking(error, 0.25) == pytest.approx([1.0, np.exp(-1)])


def test_squares_are_summed_for_each_robot() -> None:
    assert rewards.sum_squares(np.array([[3.0, 4.0], [0.0, 1.0]])).tolist() == [25, 1]
    assert rewards.sum_squares(np.ones((2, 3, 4))).tolist() == [12, 12]


def test_only_feet_on_the_ground_slip() -> None:
    speed = np.array([[0.5, 2.0], [0.5, 2.0]])
    contact = np.array([[True, False], [True, True]])
    assert rewards.sum_slip(speed, contact).tolist() == [0.5, 2.5]


@pytest.mark.parametrize(
    ("contact", "phase", "expected"),
    [
        ([True, False], 0.5, 1.0),
        ([True, True], 0.5, 0.0),
        ([False, False], 0.5, 0.0),
        ([False, True], 0.5, -1.0),
        ([True, True], 0.95, 1.0),
    ],
)
def test_contacts_score_by_the_phase_of_the_step(
    contact: list[bool], phase: float, expected: float
) -> None:
    value = rewards.score_contacts(np.array([contact]), np.array([0]), np.array([phase]), WALKING)
    assert value[0] == expected


def test_contacts_score_by_the_stance_foot() -> None:
    contact = np.array([[False, True]])
    assert rewards.score_contacts(contact, np.array([1]), np.array([0.5]), WALKING)[0] == 1.0


def test_a_standing_robot_should_have_both_feet_on_the_ground() -> None:
    contact = np.array([[True, True], [True, False]])
    left, middle = np.zeros(2, dtype=int), np.full(2, 0.5)
    assert rewards.score_contacts(contact, left, middle, ~np.zeros(2, dtype=bool)).tolist() == [
        1.0,
        0.0,
    ]


def test_the_foothold_error_of_a_landing_sole_is_its_squared_distance() -> None:
    soles = np.zeros((3, 2, 3))
    soles[:, 1, :2] = [0.3, -0.2]
    left, phase = np.zeros(3, dtype=int), np.array([0.9, 0.9, 0.5])
    place = np.array([[0.3, -0.2], [0.27, -0.16], [0.0, -0.2]])
    assert rewards.square_foothold_error(soles, left, place, phase) == pytest.approx(
        [0.0, 0.0025, 0.0]
    )


def test_missing_separation_grows_until_the_feet_cross() -> None:
    soles = np.zeros((3, 2, 3))
    soles[:, 0, 1] = [0.15, 0.05, -0.05]
    level = np.zeros((3, 2))
    assert rewards.measure_missing_separation(soles, level, 0.16) == pytest.approx(
        [0.01, 0.11, 0.21]
    )


def test_a_foot_that_turns_towards_the_other_is_closer_to_it() -> None:
    soles = np.array([[[0.3, 0.2, 0.0], [0.0, 0.0, 0.0]]] * 2)
    yaw = np.array([[0.0, 0.0], [0.0, 0.3]])
    straight, turned = rewards.measure_missing_separation(soles, yaw, 0.3)
    assert straight == pytest.approx(0.1)
    assert turned == pytest.approx(0.3 - (0.2 * np.cos(0.3) - 0.3 * np.sin(0.3)))


def test_joint_torques_are_those_of_the_actuators() -> None:
    gains = (np.array([100.0]), np.array([2.0]), np.array([50.0]))
    targets, qpos, qvel = np.array([[0.3], [1.0]]), np.zeros((2, 1)), np.array([[1.0], [0.0]])
    assert rewards.compute_joint_torques(targets, qpos, qvel, gains).ravel().tolist() == [
        28.0,
        50.0,
    ]


def test_terms_are_weighted_and_scaled() -> None:
    weights = RewardWeights(scale=0.1, alive=2.0, tilt=-3.0)
    terms = {"alive": np.ones(2), "tilt": np.array([0.0, 1.0])}
    assert rewards.sum_terms(terms, weights) == pytest.approx([0.2, -0.1])


def test_a_world_whose_physics_fails_does_not_outweigh_all_others() -> None:
    weights = RewardWeights(scale=0.1, tilt=-20.0)
    value = rewards.sum_terms({"tilt": np.array([1.0, 1e12, np.nan])}, weights)
    assert value == pytest.approx([-2.0, 0.1 * rewards.MIN_TOTAL, 0.1 * rewards.MIN_TOTAL])


def test_every_penalty_is_negative_and_every_bonus_positive() -> None:
    weights = RewardWeights()
    bonuses = {
        "track_velocity",
        "track_velocity_finely",
        "track_yaw_rate",
        "track_yaw_rate_finely",
        "alive",
        "schedule",
        "scale",
        "min_separation_m",
    }
    for name, value in vars(weights).items():
        assert (value > 0) == (name in bonuses), name
