import numpy as np
import pytest

from drive2walk.locomotion.policy.symmetry import PLANAR_SIGNS, Mirror

# Hip pitch, roll, yaw, knee, ankle pitch, roll.
LEGS = np.array([1.0, -1, -1, 1, 1, -1])


def test_left_stance_is_seen_as_it_is() -> None:
    mirror = Mirror(np.array([0]), LEGS)
    angles = np.arange(12.0)[None]
    assert mirror.legs(angles) == pytest.approx(angles)
    assert mirror.signed(np.array([[1.0, 2, 3]]), PLANAR_SIGNS) == pytest.approx(
        np.array([[1.0, 2, 3]])
    )


def test_right_stance_swaps_the_legs_and_flips_rolls_and_yaws() -> None:
    seen = Mirror(np.array([1]), LEGS).legs(np.arange(1.0, 13.0)[None])
    assert seen[0].tolist() == [7, -8, -9, 10, 11, -12, 1, -2, -3, 4, 5, -6]


def test_feet_keep_forward_and_up() -> None:
    feet = np.array([[[0.1, 0.2, -0.7], [0.3, -0.2, -0.6]]])
    assert Mirror(np.array([1]), LEGS).feet(feet)[0].tolist() == [0.3, 0.2, -0.6, 0.1, -0.2, -0.7]


@pytest.mark.parametrize("stance", [0, 1])
def test_actions_come_back_after_two_mirrors(rng: np.random.Generator, stance: int) -> None:
    action = rng.normal(size=(4, 15))
    mirror = Mirror(np.full(4, stance), LEGS)
    assert mirror.action(mirror.action(action)) == pytest.approx(action)
