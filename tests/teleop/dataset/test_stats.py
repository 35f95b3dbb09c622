import numpy as np
import pytest

from drive2walk.teleop.dataset.stats import (
    compute_feature_stats,
    compute_image_stats,
    pick_image_frames,
    pool_stats,
)


def test_statistics_agree_with_hand_arithmetic() -> None:
    stats = compute_feature_stats(np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 4.0]]))
    np.testing.assert_allclose(stats["mean"], [2.0, 2.0])
    np.testing.assert_allclose(stats["std"], [np.sqrt(8 / 3), np.sqrt(2.0)])
    np.testing.assert_allclose(stats["min"], [0.0, 1.0])
    np.testing.assert_allclose(stats["max"], [4.0, 4.0])
    np.testing.assert_allclose(stats["q50"], [2.0, 1.0])
    assert stats["count"].tolist() == [3]


def test_nan_is_left_out() -> None:
    stats = compute_feature_stats(np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]]))
    np.testing.assert_allclose(stats["mean"], [2.0, 0.0])
    np.testing.assert_allclose(stats["max"], [3.0, 0.0])


def test_pooled_moments_are_those_of_all_frames() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.normal(mean, 1.0 + mean, (length, 3)) for mean, length in ((0, 7), (1, 400))]
    together, whole = (
        pool_stats([compute_feature_stats(x) for x in parts]),
        compute_feature_stats(np.vstack(parts)),
    )
    for name in ("min", "max", "mean", "std", "count"):
        np.testing.assert_allclose(together[name], whole[name])
    np.testing.assert_allclose(together["q50"], whole["q50"], atol=0.1)


def test_image_statistics_are_per_colour_from_0_to_1() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image[..., 1] = 255
    stats = compute_image_stats([image, image])
    assert stats["mean"].shape == (3, 1, 1)
    np.testing.assert_allclose(stats["mean"].ravel(), [0.0, 1.0, 0.0])
    assert stats["count"].tolist() == [2]


@pytest.mark.parametrize("length", [1, 2, 20, 1000])
def test_image_frames_are_spread_over_the_episode(length: int) -> None:
    frames = pick_image_frames(length)
    assert frames[0] == 0
    assert frames[-1] == length - 1
    assert len(frames) == len(set(frames)) == min(length, 20)
