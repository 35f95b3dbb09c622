import numpy as np
import pytest
import torch

from drive2walk.perception.training.augmentation.batch_random import BatchRandom
from drive2walk.perception.training.augmentation.batch_views import cut_views, draw_views
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.robot.surfaces import UNLABELLED
from tests.perception.training.still_augmentation import STILL

Seen = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def images(count: int = 4, height: int = 48, width: int = 64) -> Seen:
    rng = np.random.default_rng(0)
    rgb = torch.from_numpy(rng.integers(0, 256, (count, 3, height, width), dtype=np.uint8))
    labels = torch.zeros((count, 1, height, width), dtype=torch.uint8)
    labels[..., width // 2 :] = 1
    return rgb, labels, torch.full((count, height, width), 3.0, dtype=torch.float16)


def seen(
    held: Seen,
    size: tuple[int, int],
    scale: tuple[float, float],
    config: AugmentConfig = STILL,
    seed: int = 0,
    shapes: torch.Tensor | None = None,
) -> Seen:
    count, _, height, width = held[0].shape
    if shapes is None:
        shapes = torch.tensor([[height, width]] * count)
    views = draw_views(
        shapes, size, scale, config, BatchRandom((seed,), count, torch.device("cpu"))
    )
    return cut_views(*held, torch.arange(count), views, size)


def test_without_augmentation_the_images_are_only_mirrored() -> None:
    rgb, labels, depth = images(8)
    got_rgb, got_labels, got_depth = seen((rgb, labels, depth), (48, 64), (1.0, 1.0))
    mirrored = got_labels[:, 0, 0, 0] == 1
    assert 0 < mirrored.sum() < 8
    # A pixel is the mean of four points within it, a little softer than the pixel itself.
    smooth = torch.nn.functional.avg_pool2d
    for i, turned in enumerate(mirrored):
        expected = rgb[i].flip(-1) if turned else rgb[i]
        difference = smooth(got_rgb[i] * 255, 8) - smooth(expected.float(), 8)
        assert difference.abs().max() < 8
        assert (got_labels[i] == (labels[i].flip(-1) if turned else labels[i])).all()
    assert (got_depth == 3.0).all()


@pytest.mark.parametrize("scale", [(0.5, 0.5), (0.6, 1.8)])
def test_labels_stay_with_their_pixels(scale: tuple[float, float]) -> None:
    _, labels, depth = images(32)
    rgb = torch.where(labels == 1, 200, 50).to(torch.uint8).expand(-1, 3, -1, -1)
    moving = AugmentConfig(roll_deg=20, stretch=0.3)
    got_rgb, got_labels, _ = seen((rgb, labels, depth), (40, 40), scale, moving)
    known = got_labels[:, 0] != UNLABELLED
    bright = got_rgb[:, 0] > 125 / 255
    assert (bright == (got_labels[:, 0] == 1))[known].float().mean() > 0.97


def test_pixels_outside_an_image_are_unlabelled_and_mirrored() -> None:
    held = images()
    rgb, labels, depth = seen(held, (96, 64), (1.0, 1.0))
    rows = (labels[:, 0] != UNLABELLED).all(dim=2)
    assert (rows == ((torch.arange(96) >= 24) & (torch.arange(96) < 72))).all()
    assert (depth[:, :24] == 0).all()
    assert torch.allclose(rgb[:, :, 1:24].flip(2), rgb[:, :, 25:48], atol=1e-4)


def test_padding_of_smaller_images_is_never_visible() -> None:
    rgb, labels, depth = images(16)
    # The padding is black and must not become visible.
    rgb[:, :, 24:], rgb[:, :, :, 32:] = 0, 0
    rgb[:, :, :24, :32] = 255
    shapes = torch.tensor([[24, 32]] * 16)
    got_rgb, got_labels, got_depth = seen(
        (rgb, labels, depth), (40, 40), (0.8, 1.5), AugmentConfig(), shapes=shapes
    )
    assert (got_rgb > 0.99).all()
    assert set(got_labels.unique().tolist()) == {0, UNLABELLED}
    assert ((got_depth == 0) == (got_labels[:, 0] == UNLABELLED)).all()


def test_views_cover_the_whole_image() -> None:
    y, x = torch.meshgrid(torch.arange(120), torch.arange(160), indexing="ij")
    labels = torch.stack([y, x]).to(torch.uint8)[None].expand(200, -1, -1, -1)
    rgb, depth = torch.zeros((200, 3, 120, 160), dtype=torch.uint8), torch.zeros((200, 120, 160))
    _, places, _ = seen((rgb, labels, depth), (20, 20), (1.0, 1.0))
    middles = places[:, :, 10, 10].float()
    for axis, extent in enumerate((120, 160)):
        assert middles[:, axis].min() < 20
        assert middles[:, axis].max() > extent - 20
        assert abs(middles[:, axis].mean() - extent / 2) < 8
