"""Augmentation: another day's light, another camera, another place in the image."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX
from drive2walk.robot.surfaces import UNLABELLED


@dataclasses.dataclass(frozen=True)
class AugmentConfig:
    """How far a training image may be moved from the recorded one.

    Attributes:
        roll_deg: the camera turns about its axis by up to this.
        stretch: width over height changes by up to this factor, less one.
        exposure: gain of the light, as a factor's natural log.
        temperature: how far red and blue drift apart, as a factor's natural log.
        gamma: spread of the tone curve, as an exponent's natural log.
        saturation: least and greatest colourfulness; 0 is grey.
        gradient: how much darker one side of the image may be, as a factor's natural log.
        noise: greatest standard deviation of the sensor's noise, of 255.
        degrade_share: share of images that are blurred, and share that are JPEG-compressed.
        grey_share: share of images without any colour.
        texture_share: share of images in other colours and textures (see ``retextured``).
    """

    roll_deg: float = 5.0
    stretch: float = 0.1
    exposure: float = 0.5
    temperature: float = 0.2
    gamma: float = 0.35
    saturation: tuple[float, float] = (0.3, 1.6)
    gradient: float = 0.6
    noise: float = 10.0
    degrade_share: float = 0.25
    grey_share: float = 0.05
    texture_share: float = 0.0


@dataclasses.dataclass(frozen=True)
class Example:
    """A training example of fixed size.

    Attributes:
        rgb: (height, width, 3) uint8.
        surfaces: (height, width) uint8 of the taxonomy, ``UNLABELLED`` where unknown.
        depth: z-depth as a camera with the reference focal length would see it, metres,
            (height, width) float32; 0 where unknown.
        walkable: the sample's two-way label, (height, width) uint8; ``UNLABELLED`` without one.
    """

    rgb: NDArray[np.uint8]
    surfaces: NDArray[np.uint8]
    depth: NDArray[np.float32]
    walkable: NDArray[np.uint8]


def augment(
    sample: Sample,
    size: tuple[int, int],
    scale_range: tuple[float, float],
    config: AugmentConfig,
    rng: np.random.Generator,
) -> Example:
    """Return a random view of ``sample`` of ``size`` (height, width) under random light.

    ``scale_range`` bounds the factor between the example's pixels and the sample's.
    """
    scale = float(np.exp(rng.uniform(*np.log(scale_range))))
    geometric = _place(sample, size, scale, config, rng)
    return dataclasses.replace(geometric, rgb=relight(geometric.rgb, config, rng))


def _place(
    sample: Sample,
    size: tuple[int, int],
    scale: float,
    config: AugmentConfig,
    rng: np.random.Generator,
) -> Example:
    stretch = np.exp(rng.uniform(-1, 1) * np.log1p(config.stretch) / 2)
    roll = np.deg2rad(rng.uniform(-1, 1) * config.roll_deg)
    scales = np.array([scale * stretch, scale / stretch])
    flip = -1.0 if rng.random() < 0.5 else 1.0
    # Shrink by area first: an affine warp samples points and would alias.
    rgb, depth_m = sample.rgb, sample.depth_m
    labels = [sample.surfaces] if sample.walkable is None else [sample.surfaces, sample.walkable]
    height, width = rgb.shape[:2]
    if scale < 1:
        shrunk = tuple(np.maximum(np.round(scales * (width, height)), 1).astype(int).tolist())
        rgb = cv2.resize(rgb, shrunk, interpolation=cv2.INTER_AREA)
        labels = [cv2.resize(label, shrunk, interpolation=cv2.INTER_NEAREST) for label in labels]
        if depth_m is not None:
            depth_m = cv2.resize(depth_m, shrunk, interpolation=cv2.INTER_NEAREST)
        scales = np.ones(2)
    matrix = _view(rgb.shape[:2], size, scales, roll, flip, rng)
    out = (size[1], size[0])
    rgb = cv2.warpAffine(rgb, matrix, out, borderMode=cv2.BORDER_REFLECT_101)
    labels = [
        cv2.warpAffine(label, matrix, out, flags=cv2.INTER_NEAREST, borderValue=UNLABELLED)
        for label in labels
    ]
    depth = np.zeros(size, np.float32)
    if depth_m is not None and sample.focal_px is not None:
        # Enlarging by a factor is a lens of that much longer focal length: z stays.
        depth_m = cv2.warpAffine(depth_m, matrix, out, flags=cv2.INTER_NEAREST, borderValue=0)
        depth = depth_m * np.float32(REFERENCE_FOCAL_PX / (sample.focal_px * scale))
    walkable = labels[1] if len(labels) > 1 else np.full(size, UNLABELLED, np.uint8)
    return Example(rgb, labels[0], depth, walkable)


def _view(
    shape: tuple[int, ...],
    size: tuple[int, int],
    scales: NDArray,
    roll_rad: float,
    flip: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the 2x3 matrix from sample pixels to example pixels, at a random place."""
    spare = np.array([shape[1], shape[0]]) * scales - (size[1], size[0])
    # A view larger than the sample is centred; a smaller one lies anywhere in it.
    offset = np.where(spare > 0, rng.uniform(-0.5, 0.5, 2) * spare, 0.0)
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    linear = np.array([[flip * cos, -flip * sin], [sin, cos]]) * scales
    center = np.array([shape[1] - 1, shape[0] - 1]) / 2
    target = np.array([size[1] - 1, size[0] - 1]) / 2 + offset
    return np.column_stack([linear, target - linear @ center])


def relight(
    rgb: NDArray[np.uint8], config: AugmentConfig, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return the image (height, width, 3) as another light, lens and sensor would give it."""
    if rng.random() < config.texture_share:
        rgb = retextured(rgb, rng)
    if rng.random() < config.degrade_share:
        rgb = _blur(rgb, rng)
    rgb = cv2.LUT(rgb, _tone_curves(config, rng))
    image = cv2.transform(rgb.astype(np.float32), _saturation(config, rng))
    image *= _light_ramp(rgb.shape[:2], config, rng)[..., None]
    sigma = config.noise * rng.random() ** 2
    image += rng.standard_normal(image.shape, np.float32) * np.float32(sigma)
    rgb = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < config.degrade_share:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))]
        compressed = cv2.imencode(".jpg", rgb, quality)[1]
        return np.asarray(cv2.imdecode(compressed, cv2.IMREAD_UNCHANGED), np.uint8)
    return rgb


def retextured(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the image (height, width, 3) in other colours and textures, its shapes as they were.

    Xu et al., "Robust and Generalizable Visual Representation Learning via Random Convolutions"
    (2021): a random filter from three channels to three, its result mixed with the image.
    """
    # Filters of one pixel change colours alone.
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
    share = np.float32(rng.random())
    return np.clip(image + share * (filtered - image), 0, 255).astype(np.uint8)


def _tone_curves(config: AugmentConfig, rng: np.random.Generator) -> NDArray[np.uint8]:
    gain = np.exp(rng.uniform(-1, 1) * config.exposure)
    warmth = rng.uniform(-1, 1) * config.temperature
    tint = rng.uniform(-1, 1) * config.temperature / 3
    gains = gain * np.exp(np.array([warmth, tint, -warmth]))
    gamma = np.exp(rng.uniform(-1, 1) * config.gamma)
    levels = (np.arange(256)[:, None] / 255) ** gamma * gains
    return (np.clip(levels, 0, 1) * 255).astype(np.uint8)[:, None, :]


def _saturation(config: AugmentConfig, rng: np.random.Generator) -> NDArray[np.float32]:
    amount = 0.0 if rng.random() < config.grey_share else rng.uniform(*config.saturation)
    grey = np.tile(np.array([0.299, 0.587, 0.114]), (3, 1))
    return (amount * np.eye(3) + (1 - amount) * grey).astype(np.float32)


def _light_ramp(
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
    # A moving camera smears along one direction.
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(rgb, -1, kernel / max(float(kernel.sum()), 1e-6))
