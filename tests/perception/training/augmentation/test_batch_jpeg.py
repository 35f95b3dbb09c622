import cv2
import numpy as np
import torch

from drive2walk.perception.training.augmentation.batch_jpeg import compress_jpeg


def photograph(height: int = 45, width: int = 70) -> np.ndarray:
    """Return an image with shapes, colours and noise, whose sides are no multiples of eight."""
    rng = np.random.default_rng(3)
    image = np.full((height, width, 3), (90, 140, 60), np.float64)
    image[height // 2 :] = (180, 120, 80)
    image[5:20, 10:30] = (30, 30, 200)
    image += rng.normal(0, 12, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def as_libjpeg(rgb: np.ndarray, quality: int) -> np.ndarray:
    coded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float64)


def as_here(rgb: np.ndarray, qualities: list[int]) -> np.ndarray:
    images = torch.from_numpy(rgb).permute(2, 0, 1).float().expand(len(qualities), -1, -1, -1) / 255
    quality = torch.tensor(qualities, dtype=torch.float32).view(-1, 1, 1, 1)
    return (compress_jpeg(images, quality) * 255).permute(0, 2, 3, 1).double().numpy()


def test_the_loss_is_that_of_libjpeg() -> None:
    rgb = photograph()
    qualities = [20, 50, 80]
    for quality, ours in zip(qualities, as_here(rgb, qualities), strict=True):
        theirs = as_libjpeg(rgb, quality)
        loss = np.abs(theirs - rgb).mean()
        # The result is much closer to that of libjpeg than either is to the original.
        assert np.abs(ours - theirs).mean() < 0.25 * loss


def test_lower_quality_loses_more() -> None:
    rgb = photograph()
    losses = [np.abs(image - rgb).mean() for image in as_here(rgb, [90, 50, 10])]
    assert losses[0] < losses[1] < losses[2]
