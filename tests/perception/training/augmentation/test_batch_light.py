import numpy as np
import torch

from drive2walk.perception.training.augmentation.batch_light import relight, retexture
from drive2walk.perception.training.augmentation.batch_random import BatchRandom
from drive2walk.perception.training.augmentation.config import AugmentConfig
from tests.perception.training.still_augmentation import STILL


def ramps(count: int = 20) -> torch.Tensor:
    """Return images whose brightness rises from left to right, (count, 3, 48, 64)."""
    return torch.linspace(0, 1, 64).expand(count, 3, 48, 64).clone()


def make_rng(count: int = 20, seed: int = 0) -> BatchRandom:
    return BatchRandom((seed,), count, torch.device("cpu"))


def test_without_augmentation_the_light_stays() -> None:
    assert torch.allclose(relight(ramps(), STILL, make_rng()), ramps(), atol=1e-3)


def test_light_changes_but_the_pictures_stay() -> None:
    lit = relight(ramps(), AugmentConfig(), make_rng())
    assert lit.shape == (20, 3, 48, 64)
    assert 0 <= lit.min() < lit.max() <= 1
    columns = lit.mean(dim=(1, 2)).numpy()
    for column in columns:
        assert np.corrcoef(column, np.linspace(0, 1, 64))[0, 1] > 0.8
    # Each image has its own light.
    assert columns.mean(axis=1).std() > 0.04


def test_the_same_seed_gives_the_same_light() -> None:
    a, b, c = (relight(ramps(), AugmentConfig(), make_rng(seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_grey_images_have_no_colour() -> None:
    rgb = torch.rand((8, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    grey = relight(
        rgb, AugmentConfig(grey_probability=1.0, noise=0, degrade_probability=0), make_rng(8)
    )
    assert torch.allclose(grey[:, 0], grey[:, 2], atol=1e-5)


def test_degraded_images_lose_detail_and_keep_their_brightness() -> None:
    rng = torch.Generator().manual_seed(0)
    rgb = 0.3 + 0.4 * torch.rand((40, 3, 32, 32), generator=rng)
    blurred = relight(
        rgb, AugmentConfig(**(vars(STILL) | {"degrade_probability": 1.0})), make_rng(40)
    )
    assert (blurred.std(dim=(1, 2, 3)) < 0.7 * rgb.std(dim=(1, 2, 3))).all()
    assert (blurred.mean(dim=(1, 2, 3)) - rgb.mean(dim=(1, 2, 3))).abs().max() < 0.02


def test_other_textures_keep_brightness_and_edges() -> None:
    rgb = torch.full((40, 3, 32, 64), 0.3)
    rgb[..., 32:] = 0.7
    other = retexture(rgb, make_rng(40))
    assert (other.mean(dim=(2, 3)) - rgb.mean(dim=(2, 3))).abs().max() < 0.1
    away = (other - rgb).abs().mean(dim=(1, 2, 3))
    assert away.max() > 0.05
    # Each side of the edge stays of one colour.
    for side in (other[..., 4:28], other[..., 36:60]):
        assert side[:, :, 4:28].std(dim=(2, 3)).max() < 1e-3
