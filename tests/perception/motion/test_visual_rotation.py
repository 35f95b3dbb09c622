"""The rotation of a camera between two images of a textured wall."""

import numpy as np
import pytest

from drive2walk.perception.motion.visual_rotation import estimate_rotation
from tests.perception.motion.seen_rotation import PINHOLE, WALL_M, view_after, wall_picture

PICTURE = wall_picture()
DEPTH_M = np.full(PICTURE.shape[:2], WALL_M)
NO_SHIFT = np.zeros(3)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("angle_deg", [-1.0, 0.2])
def test_a_rotation_about_each_axis_is_found(axis: int, angle_deg: float) -> None:
    rotation = np.radians(angle_deg) * np.eye(3)[axis]
    found = estimate_rotation(
        PICTURE, view_after(PICTURE, rotation, NO_SHIFT), PINHOLE, DEPTH_M, NO_SHIFT
    )
    assert found is not None
    np.testing.assert_allclose(found, rotation, atol=np.radians(0.05))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_known_shift_is_not_taken_for_a_rotation(axis: int) -> None:
    shift = 0.02 * np.eye(3)[axis]
    second = view_after(PICTURE, np.zeros(3), shift)
    found = estimate_rotation(PICTURE, second, PINHOLE, DEPTH_M, shift)
    unaware = estimate_rotation(PICTURE, second, PINHOLE, DEPTH_M * 1e6, NO_SHIFT)
    assert found is not None
    assert unaware is not None
    assert np.linalg.norm(found) < np.radians(0.05)
    assert np.linalg.norm(unaware) > np.radians(0.3)


def test_a_camera_that_moves_ahead_has_not_turned() -> None:
    shift = np.array([0.0, 0.0, 0.05])
    second = view_after(PICTURE, np.zeros(3), shift)
    found = estimate_rotation(PICTURE, second, PINHOLE, DEPTH_M, NO_SHIFT)
    assert found is not None
    assert np.linalg.norm(found) < np.radians(0.05)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_expected_shift_decides_where_corners_are_in_one_place(axis: int) -> None:
    """In a small part of the image a shift and a rotation look alike."""
    picture = np.full_like(PICTURE, 127)
    picture[60:132, 90:166] = PICTURE[60:132, 90:166]
    shift = 0.02 * np.eye(3)[axis]
    second = view_after(picture, np.zeros(3), shift)
    for seed in range(4):
        noise = np.random.default_rng(seed).normal(0.0, 8.0, second.shape)
        noisy = np.clip(second + noise, 0, 255).astype(np.uint8)
        found = estimate_rotation(picture, noisy, PINHOLE, DEPTH_M, shift)
        assert found is not None
        assert abs(found[1 - axis]) < np.radians(0.05)


def test_a_shift_that_differs_from_the_expected_is_found_where_depths_differ() -> None:
    """Near things show the shift, and far ones the rotation."""
    rotation, shift = np.array([0.0, 0.005, 0.0]), np.array([0.02, 0.0, 0.0])
    second = view_after(PICTURE, rotation, NO_SHIFT)
    half = PICTURE.shape[0] // 2
    second[half:] = view_after(PICTURE, rotation, shift)[half:]
    depth = DEPTH_M.copy()
    depth[:half] = 1e6
    found = estimate_rotation(PICTURE, second, PINHOLE, depth, NO_SHIFT)
    assert found is not None
    np.testing.assert_allclose(found[1], rotation[1], atol=np.radians(0.05))


def test_a_person_who_walks_through_the_view_counts_little() -> None:
    rotation = np.array([0.0, 0.01, 0.0])
    second = view_after(PICTURE, rotation, NO_SHIFT)
    second[:, :70] = view_after(PICTURE, np.array([0.0, -0.03, 0.0]), NO_SHIFT)[:, :70]
    found = estimate_rotation(PICTURE, second, PINHOLE, DEPTH_M, NO_SHIFT)
    assert found is not None
    np.testing.assert_allclose(found, rotation, atol=np.radians(0.1))


def test_a_blank_wall_shows_no_rotation() -> None:
    blank = np.full_like(PICTURE, 127)
    assert estimate_rotation(blank, blank, PINHOLE, DEPTH_M, NO_SHIFT) is None
    assert estimate_rotation(PICTURE, blank, PINHOLE, DEPTH_M, NO_SHIFT) is None
