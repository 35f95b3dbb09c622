"""Random light, lens and sensor for one image at a time."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.training.augmentation.config import AugmentConfig


def relight(
    rgb: NDArray[np.uint8], config: AugmentConfig, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return an image under random light, through a random lens and sensor.

    Args:
        rgb: Image (height, width, 3), uint8.
        config: Ranges of the random changes.
        rng: Source of random numbers.
    """
    if rng.random() < config.texture_probability:
        rgb = retexture(rgb, rng)
    if rng.random() < config.degrade_probability:
        rgb = _blur(rgb, rng)
    rgb = cv2.LUT(rgb, _draw_tone_curves(config, rng))
    image = cv2.transform(rgb.astype(np.float32), _draw_saturation(config, rng))
    image *= _draw_light_ramp(rgb.shape[:2], config, rng)[..., None]
    sigma = config.noise * rng.random() ** 2
    image += rng.standard_normal(image.shape, np.float32) * np.float32(sigma)
    rgb = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < config.degrade_probability:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))]
        compressed = cv2.imencode(".jpg", rgb, quality)[1]
        return np.asarray(cv2.imdecode(compressed, cv2.IMREAD_UNCHANGED), np.uint8)
    return rgb


def retexture(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return an image (height, width, 3) in other colours and textures with the same shapes.

    Xu et al., "Robust and Generalizable Visual Representation Learning via Random Convolutions"
    (2021): the image is mixed with its convolution by a random filter over all channels.
    """
    # A filter of one pixel changes only colours.
    side = 1 if rng.random() < 0.5 else 3
    filters = rng.standard_normal((3, 3, side, side)) / np.sqrt(3 * side * side)
    image = rgb.astype(np.float32)
    planes = [
        sum(cv2.filter2D(image[..., i], cv2.CV_32F, kernel[i]) for i in range(3))
        for kernel in filters
    ]
    filtered = np.stack(planes, axis=-1)
    mean, std = filtered.mean(axis=(0, 1)), filtered.std(axis=(0, 1)).clip(min=1e-3)
    filtered = (filtered - mean) / std * image.std(axis=(0, 1)) + image.mean(axis=(0, 1))
    fraction = np.float32(rng.random())
    return np.clip(image + fraction * (filtered - image), 0, 255).astype(np.uint8)


def _draw_tone_curves(config: AugmentConfig, rng: np.random.Generator) -> NDArray[np.uint8]:
    gain = np.exp(rng.uniform(-1, 1) * config.exposure)
    warmth = rng.uniform(-1, 1) * config.temperature
    tint = rng.uniform(-1, 1) * config.temperature / 3
    gains = gain * np.exp(np.array([warmth, tint, -warmth]))
    gamma = np.exp(rng.uniform(-1, 1) * config.gamma)
    levels = (np.arange(256)[:, None] / 255) ** gamma * gains
    return (np.clip(levels, 0, 1) * 255).astype(np.uint8)[:, None, :]


def _draw_saturation(config: AugmentConfig, rng: np.random.Generator) -> NDArray[np.float32]:
    amount = 0.0 if rng.random() < config.grey_probability else rng.uniform(*config.saturation)
    grey = np.tile(np.array([0.299, 0.587, 0.114]), (3, 1))
    return (amount * np.eye(3) + (1 - amount) * grey).astype(np.float32)


def _draw_light_ramp(
    shape: tuple[int, ...], config: AugmentConfig, rng: np.random.Generator
) -> NDArray[np.float32]:
    angle = rng.uniform(0, 2 * np.pi)
    x = np.linspace(-0.5, 0.5, shape[1]) * np.cos(angle)
    y = np.linspace(-0.5, 0.5, shape[0]) * np.sin(angle)
    strength = rng.random() * config.gradient
    return np.exp(strength * (x[None, :] + y[:, None])).astype(np.float32)


def _blur(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    if rng.random() < 0.5:
        return cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.5, 1.5))
    # Motion blur acts along one direction.
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(rgb, -1, kernel / max(float(kernel.sum()), 1e-6))
