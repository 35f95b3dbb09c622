import dataclasses

import numpy as np

from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.augmentation.light import relight, retexture
from tests.perception.training.still_augmentation import STILL


def test_light_changes_but_the_picture_stays() -> None:
    rgb = np.tile(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], (48, 1, 3))
    means = []
    for seed in range(20):
        lit = relight(rgb, AugmentConfig(), np.random.default_rng(seed))
        assert lit.shape == rgb.shape
        assert lit.dtype == np.uint8
        assert np.corrcoef(lit.mean(axis=(0, 2)), rgb[0, :, 0])[0, 1] > 0.8
        means.append(lit.mean())
    assert np.std(means) > 10


def test_other_textures_keep_brightness_and_edges() -> None:
    rgb = np.full((32, 64, 3), 80, np.uint8)
    rgb[:, 32:] = 170
    away = []
    for seed in range(20):
        other = retexture(rgb, np.random.default_rng(seed)).astype(float)
        assert np.abs(other.mean(axis=(0, 1)) - 125).max() < 25
        # Each side of the edge stays of one colour.
        assert other[:, 4:28].std(axis=(0, 1)).max() < 1
        away.append(np.abs(other - rgb).mean())
    assert max(away) > 12


def test_textures_change_with_their_probability() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    always = dataclasses.replace(STILL, texture_probability=1.0)
    lit = [relight(rgb, always, np.random.default_rng(seed)).astype(int) for seed in range(5)]
    assert np.mean([np.abs(image - rgb).mean() for image in lit]) > 5
