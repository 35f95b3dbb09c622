import numpy as np

from drive2walk.locomotion.policy.symmetry import action_signs, mirror_action, swap_sides

# Hip pitch, roll, yaw, knee, ankle pitch, roll.
LEGS = np.array([1.0, -1, -1, 1, 1, -1])


def test_sides_are_swapped_for_robots_on_their_right_foot_alone() -> None:
    values = np.tile([1.0, 2.0, 3.0, 4.0], (2, 1))
    seen = swap_sides(values, np.array([0, 1]))
    assert seen.tolist() == [[1, 2, 3, 4], [3, 4, 1, 2]]


def test_points_of_feet_are_swapped_too() -> None:
    feet = np.arange(6.0).reshape(1, 2, 3)
    assert swap_sides(feet, np.array([1]))[0].tolist() == [3, 4, 5, 0, 1, 2]


def test_an_action_on_the_right_foot_is_mirrored() -> None:
    action = np.arange(1.0, 16.0)[None]
    own = mirror_action(action, np.array([1]), action_signs(LEGS))
    assert own[0].tolist() == [7, -8, -9, 10, 11, -12, 1, -2, -3, 4, 5, -6, 13, -14, 15]
    assert mirror_action(action, np.array([0]), action_signs(LEGS)).tolist() == action.tolist()


def test_actions_come_back_after_two_mirrors(rng: np.random.Generator) -> None:
    action, stance = rng.normal(size=(4, 15)), np.array([0, 1, 0, 1])
    signs = action_signs(LEGS)
    once = mirror_action(action, stance, signs)
    assert mirror_action(once, stance, signs).tolist() == action.tolist()
