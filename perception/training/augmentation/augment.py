"""Augmentation of one image at a time: a random crop under random light."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.augmentation.light import relight
from drive2walk.robot.surfaces import UNLABELLED


@dataclasses.dataclass(frozen=True)
class Example:
    """A training example of fixed size.

    Attributes:
        rgb: Image (height, width, 3), uint8.
        surfaces: Surface ids (height, width), uint8; ``UNLABELLED`` where unknown.
        depth: Z-depth (height, width) in metres for a camera with the reference focal length,
            float32; 0 where unknown.
        walkable: Two-way label (height, width), uint8; ``UNLABELLED`` without one.
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
    """Return a random crop of a sample under random light.

    Args:
        sample: Labelled image.
        size: Height and width of the example.
        scale_range: Range of the factor from pixels of the sample to pixels of the example.
        config: Ranges of the random changes.
        rng: Source of random numbers.
    """
    scale = float(np.exp(rng.uniform(*np.log(scale_range))))
    example = _crop(sample, size, scale, config, rng)
    return dataclasses.replace(example, rgb=relight(example.rgb, config, rng))


def _crop(
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
    rgb, depth_m = sample.rgb, sample.depth_m
    labels = [sample.surfaces] if sample.walkable is None else [sample.surfaces, sample.walkable]
    height, width = rgb.shape[:2]
    # An affine warp samples points and would alias, so shrink by area first.
    if scale < 1:
        shrunk = tuple(np.maximum(np.round(scales * (width, height)), 1).astype(int).tolist())
        rgb = cv2.resize(rgb, shrunk, interpolation=cv2.INTER_AREA)
        labels = [cv2.resize(label, shrunk, interpolation=cv2.INTER_NEAREST) for label in labels]
        if depth_m is not None:
            depth_m = cv2.resize(depth_m, shrunk, interpolation=cv2.INTER_NEAREST)
        scales = np.ones(2)
    matrix = _draw_crop_matrix(rgb.shape[:2], size, scales, roll, flip, rng)
    out = (size[1], size[0])
    rgb = cv2.warpAffine(rgb, matrix, out, borderMode=cv2.BORDER_REFLECT_101)
    labels = [
        cv2.warpAffine(label, matrix, out, flags=cv2.INTER_NEAREST, borderValue=UNLABELLED)
        for label in labels
    ]
    depth = np.zeros(size, np.float32)
    if depth_m is not None and sample.focal_px is not None:
        # Scaling an image scales the focal length and leaves z unchanged.
        depth_m = cv2.warpAffine(depth_m, matrix, out, flags=cv2.INTER_NEAREST, borderValue=0)
        depth = depth_m * np.float32(REFERENCE_FOCAL_PX / (sample.focal_px * scale))
    walkable = labels[1] if len(labels) > 1 else np.full(size, UNLABELLED, np.uint8)
    return Example(rgb, labels[0], depth, walkable)


def _draw_crop_matrix(
    shape: tuple[int, ...],
    size: tuple[int, int],
    scales: NDArray,
    roll_rad: float,
    flip: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the 2x3 matrix from pixels of the sample to pixels of a randomly placed example."""
    spare = np.array([shape[1], shape[0]]) * scales - (size[1], size[0])
    # An example larger than the sample is centred; a smaller one lies anywhere inside.
    offset = np.where(spare > 0, rng.uniform(-0.5, 0.5, 2) * spare, 0.0)
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    linear = np.array([[flip * cos, -flip * sin], [sin, cos]]) * scales
    center = np.array([shape[1] - 1, shape[0] - 1]) / 2
    target = np.array([size[1] - 1, size[0] - 1]) / 2 + offset
    return np.column_stack([linear, target - linear @ center])
