"""Statistics of a feature's values, of one episode and of several together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Stats = dict[str, NDArray[np.float64]]

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
NAMES = ("min", "max", "mean", "std", "count", *QUANTILES)
# Image statistics use at most this many frames of an episode, and every fourth pixel.
IMAGES = 20
PIXEL_STEP = 4


def compute_feature_stats(values: NDArray[np.generic]) -> Stats:
    """Return statistics of each value over the frames.

    Args:
        values: Values, (length, size). NaN (nothing was commanded) is left out; a value that is
            always NaN counts as 0.

    Returns:
        min, max, mean, std and quantiles of shape (size,), and count of shape (1,).
    """
    numbers = values.astype(np.float64)
    never = np.isnan(numbers).all(axis=0)
    numbers[:, never] = 0.0
    stats = {
        "min": np.nanmin(numbers, axis=0),
        "max": np.nanmax(numbers, axis=0),
        "mean": np.nanmean(numbers, axis=0),
        "std": np.nanstd(numbers, axis=0),
        "count": np.array([len(numbers)], dtype=np.float64),
    }
    for name, probability in QUANTILES.items():
        stats[name] = np.nanquantile(numbers, probability, axis=0)
    return stats


def compute_image_stats(images: Iterable[NDArray[np.uint8]]) -> Stats:
    """Return statistics of each colour over images (height, width, 3).

    Returns:
        Values of shape (3, 1, 1) between 0 and 1; count, of shape (1,), is the number of images.
    """
    pixels = [image[::PIXEL_STEP, ::PIXEL_STEP].reshape(-1, 3) for image in images]
    stats = compute_feature_stats(np.concatenate(pixels) / 255.0)
    shaped = {name: values.reshape(3, 1, 1) for name, values in stats.items() if name != "count"}
    return {**shaped, "count": np.array([len(pixels)], dtype=np.float64)}


def pick_image_frames(length: int) -> list[int]:
    """Return the frames of an episode that its image statistics are computed from."""
    return np.unique(np.linspace(0, length - 1, min(IMAGES, length)).round()).astype(int).tolist()


def pool_stats(parts: list[Stats]) -> Stats:
    """Return the statistics of several episodes together.

    Mean and variance are exact: the total variance is the mean of the variances plus the variance
    of the means, each weighted with its count. Quantiles are weighted means of the episodes'
    quantiles, as LeRobot pools them, which is close if the episodes resemble each other.
    """
    counts = np.array([part["count"][0] for part in parts])
    weights = counts / counts.sum()

    def average(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.tensordot(weights, values, axes=1)

    stacked = {name: np.stack([part[name] for part in parts]) for name in NAMES}
    mean = average(stacked["mean"])
    variance = average(stacked["std"] ** 2 + (stacked["mean"] - mean) ** 2)
    result = {
        "min": stacked["min"].min(axis=0),
        "max": stacked["max"].max(axis=0),
        "mean": mean,
        "std": np.sqrt(variance),
        "count": np.array([counts.sum()]),
    }
    return result | {name: average(stacked[name]) for name in QUANTILES}
