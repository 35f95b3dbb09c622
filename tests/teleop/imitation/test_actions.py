"""Actions are goals of the hands relative to measured poses, and decode to the same goals."""

import numpy as np

from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_to_matrix
from drive2walk.teleop.imitation.actions import (
    ACTION_SIZE,
    HANDS,
    Commands,
    decode_actions,
    encode_actions,
    orthonormalize,
)


def draw_poses(rng: np.random.Generator, count: int) -> np.ndarray:
    quats = rng.normal(size=(count, 4))
    return np.hstack([rng.normal(size=(count, 3)), quats / np.linalg.norm(quats, axis=1)[:, None]])


def test_goals_survive_encoding_and_decoding() -> None:
    rng = np.random.default_rng(0)
    hands = np.stack([draw_poses(rng, 16), draw_poses(rng, 16)], axis=1)
    commands = Commands(hands, rng.random((16, 2)), rng.normal(size=(16, 4)))
    measured = draw_poses(rng, 2)
    actions = encode_actions(commands, measured)
    assert actions.shape == (16, ACTION_SIZE)
    decoded = decode_actions(actions, measured)
    np.testing.assert_allclose(decoded.hands[..., :3], hands[..., :3], atol=1e-12)
    np.testing.assert_allclose(
        quat_to_matrix(decoded.hands[..., 3:]), quat_to_matrix(hands[..., 3:]), atol=1e-9
    )
    np.testing.assert_allclose(decoded.grasps, commands.grasps)
    np.testing.assert_allclose(decoded.base, commands.base)


def test_a_hand_that_stays_has_no_offset_and_no_turn() -> None:
    measured = draw_poses(np.random.default_rng(1), 2)
    commands = Commands(measured[None], np.zeros((1, 2)), np.zeros((1, 4)))
    (action,) = encode_actions(commands, measured)
    for part in HANDS:
        np.testing.assert_allclose(action[part], [0, 0, 0, 1, 0, 0, 0, 1, 0], atol=1e-12)


def test_a_rotation_is_relative_to_the_hand() -> None:
    up = np.array([0.0, 0.0, 1.0])
    start, end = (quat_from_axis_angle(up, angle) for angle in (0.4, 0.4 + np.pi / 2))
    measured = np.stack([np.r_[1.0, 2.0, 3.0, start]] * 2)
    goal = np.stack([np.r_[1.5, 2.0, 3.0, end]] * 2)
    commands = Commands(goal[None], np.zeros((1, 2)), np.zeros((1, 4)))
    (action,) = encode_actions(commands, measured)
    # The offset is in the axes of the levelled base frame, a quarter turn to the left in the
    # hand's own.
    np.testing.assert_allclose(action[HANDS[0]], [0.5, 0, 0, 0, 1, 0, -1, 0, 0], atol=1e-12)


def test_columns_that_are_no_rotation_become_the_nearest_one() -> None:
    columns = np.array([[2.0, 0, 0, 1.0, 3.0, 0], [0, 0, 0, 0, 0, 0], [1.0, 0, 0, 1.0, 0, 0]])
    matrices = orthonormalize(columns)
    np.testing.assert_allclose(matrices[:2], [np.eye(3)] * 2, atol=1e-12)
    products = matrices @ np.swapaxes(matrices, 1, 2)
    np.testing.assert_allclose(products, [np.eye(3)] * 3, atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(matrices), 1.0)
