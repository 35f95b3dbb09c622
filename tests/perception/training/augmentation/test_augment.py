import dataclasses

import numpy as np
import pytest

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX
from drive2walk.perception.training.augmentation.augment import augment
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.robot.surfaces import UNLABELLED
from tests.perception.training.still_augmentation import STILL


def make_sample(height: int = 48, width: int = 64) -> Sample:
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    surfaces = np.zeros((height, width), np.uint8)
    surfaces[:, width // 2 :] = 1
    depth_m = np.full((height, width), 3.0, np.float32)
    return Sample(rgb, surfaces, depth_m, focal_px=80.0)


def test_a_two_way_label_moves_with_the_surfaces() -> None:
    sample = make_sample()
    sample = dataclasses.replace(sample, walkable=(sample.surfaces == 1).astype(np.uint8))
    for seed, scale in enumerate((0.5, 1.0, 1.7)):
        example = augment(
            sample, (40, 40), (scale, scale), AugmentConfig(), np.random.default_rng(seed)
        )
        known = example.surfaces != UNLABELLED
        assert known.any()
        assert ((example.walkable == 1) == (example.surfaces == 1))[known].all()
        assert (example.walkable[~known] == UNLABELLED).all()
    plain = augment(make_sample(), (40, 40), (1.0, 1.0), STILL, np.random.default_rng(0))
    assert (plain.walkable == UNLABELLED).all()


def test_without_augmentation_the_image_is_only_mirrored() -> None:
    sample = make_sample()
    seen = set()
    for seed in range(8):
        example = augment(sample, (48, 64), (1.0, 1.0), STILL, np.random.default_rng(seed))
        mirrored = bool(example.surfaces[0, 0] == 1)
        seen.add(mirrored)
        expected = sample.rgb[:, ::-1] if mirrored else sample.rgb
        # The tone curve has 8 bits, so one level may be lost.
        assert np.abs(example.rgb.astype(int) - expected).max() <= 1
        expected = sample.surfaces[:, ::-1] if mirrored else sample.surfaces
        assert (example.surfaces == expected).all()
    assert seen == {True, False}


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_depth_is_for_the_reference_focal_length(scale: float) -> None:
    rng = np.random.default_rng(0)
    example = augment(make_sample(), (24, 32), (scale, scale), STILL, rng)
    # Scaling by s makes the focal length 80 s, so z is multiplied by 160 / (80 s).
    assert np.allclose(example.depth, 3.0 * REFERENCE_FOCAL_PX / (80 * scale))


def test_pixels_outside_the_image_are_unlabelled() -> None:
    example = augment(make_sample(), (96, 64), (1.0, 1.0), STILL, np.random.default_rng(0))
    labelled_rows = np.flatnonzero((example.surfaces != UNLABELLED).all(axis=1))
    assert labelled_rows.tolist() == list(range(24, 72))
    assert (example.depth[:24] == 0).all()


def test_labels_stay_with_their_pixels() -> None:
    sample = make_sample()
    shade = np.where(sample.surfaces == 1, 200, 50).astype(np.uint8)
    sample = dataclasses.replace(sample, rgb=np.repeat(shade[..., None], 3, axis=2))
    moving = dataclasses.replace(STILL, roll_deg=20, stretch=0.3)
    for seed in range(10):
        example = augment(sample, (40, 40), (0.6, 1.8), moving, np.random.default_rng(seed))
        known = example.surfaces != UNLABELLED
        bright = example.rgb[..., 0] > 125
        assert (bright == (example.surfaces == 1))[known].mean() > 0.96


def test_the_same_seed_gives_the_same_example() -> None:
    pairs = [
        augment(make_sample(), (32, 32), (0.5, 2.0), AugmentConfig(), np.random.default_rng(5))
        for _ in range(2)
    ]
    assert (pairs[0].rgb == pairs[1].rgb).all()
