"""Scores as pure functions of masks and depths."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# What is narrower than this share of the image's diagonal is thin: 5 pixels of 320x240.
THIN_SHARE = 0.0125
CALIBRATION_BINS = 15
# Cheng et al., "Boundary IoU" (2021): the band is this share of the image's diagonal wide.
BOUNDARY_SHARE = 0.02


def confusion(
    label: NDArray[np.integer], predicted: NDArray[np.integer], num_classes: int
) -> NDArray[np.int64]:
    """Return counts (num_classes, num_classes), rows the label, columns the prediction.

    Pixels whose label is not below ``num_classes`` are left out.
    """
    known = label < num_classes
    pairs = label[known].astype(np.int64) * num_classes + predicted[known]
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def class_iou(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return intersection over union of each class, (num_classes,); NaN where none was seen."""
    hit = np.diag(counts).astype(np.float64)
    union = counts.sum(axis=0) + counts.sum(axis=1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


def mean_iou(iou: NDArray[np.float64]) -> float:
    """Return the mean over the classes that were seen; NaN if none was."""
    seen = iou[~np.isnan(iou)]
    return float(seen.mean()) if seen.size else float("nan")


def boundary(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of ``mask`` that lie within the boundary band, (height, width).

    The image's edge is no boundary: a floor that leaves the picture doesn't end there.
    """
    height, width = mask.shape
    distance = max(1, round(BOUNDARY_SHARE * float(np.hypot(height, width))))
    kernel = np.ones((3, 3), np.uint8)
    eroded = cv2.erode(
        mask.astype(np.uint8),
        kernel,
        iterations=distance,
        borderType=cv2.BORDER_CONSTANT,
        borderValue=1,
    )
    return mask & (eroded == 0)


def boundary_counts(label: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> tuple[int, int]:
    """Return intersection and union, in pixels, of two masks' boundary bands."""
    a, b = boundary(label), boundary(predicted)
    return int((a & b).sum()), int((a | b).sum())


def false_share(label: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how many predicted pixels are not so labelled, and how many are predicted."""
    return int((predicted & ~label).sum()), int(predicted.sum())


def thin_obstacles(walkable: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the thin not-walkable structure beside walkable ground, (height, width).

    Chair legs and poles: what a morphological opening takes away from the not-walkable pixels,
    where it is longer than the opening is wide (corners of large things aren't) and within that
    width of walkable ground. What isn't known or in the picture may go on, so nothing is thin
    for being cut off there. An outline that trembles by a pixel is no thin thing either.

    Args:
        walkable: the labels, (height, width).
        known: which pixels are labelled, (height, width).
    """
    side = max(3, round(THIN_SHARE * float(np.hypot(*walkable.shape))))
    kernel = np.ones((side, side), np.uint8)
    obstacle = (~walkable | ~known).astype(np.uint8)
    padded = np.pad(obstacle, side, constant_values=1)
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, kernel)[side:-side, side:-side]
    opened = cv2.dilate(opened, np.ones((3, 3), np.uint8))
    near = cv2.dilate((walkable & known).astype(np.uint8), np.ones([2 * side + 1] * 2, np.uint8))
    thin = (obstacle > opened) & known & (near > 0)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(thin.astype(np.uint8), connectivity=8)
    extents = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return thin & (extents > side)[labels]


def thin_recall(
    label: NDArray[np.bool_], known: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> tuple[int, int]:
    """Return how many pixels of thin obstacles are predicted not walkable, and how many are there.

    All are (height, width): the labels, where they are known, and what is predicted walkable.
    """
    thin = thin_obstacles(label, known)
    return int((thin & ~predicted).sum()), int(thin.sum())


def calibration_counts(
    label: NDArray[np.bool_], probability: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return, for each bin of the probability, pixels, sum of probabilities, and true ones.

    Args:
        label: what is true, of any shape.
        probability: of its being true, in [0, 1], of the same shape.

    Returns:
        (CALIBRATION_BINS, 3), bins of equal width; counts of several images add up.
    """
    p = probability.ravel().astype(np.float64)
    bins = np.minimum((p * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    sums = [
        np.bincount(bins, weights, CALIBRATION_BINS)
        for weights in (np.ones_like(p), p, label.ravel().astype(np.float64))
    ]
    return np.stack(sums, axis=1)


def calibration_error(counts: NDArray[np.floating]) -> float:
    """Return the expected calibration error of ``calibration_counts``; NaN without a pixel.

    Naeini et al. (2015): the mean over pixels of |mean probability - share of true ones|, each
    of the pixel's bin.
    """
    pixels, said, true = counts.T
    return ratio(float(np.abs(said - true).sum()), float(pixels.sum()))


def depth_error(
    label_m: NDArray[np.floating], predicted_m: NDArray[np.floating]
) -> tuple[float, int]:
    """Return the sum of |predicted - label| / label over labelled pixels, and their number.

    AbsRel of Eigen et al. (2014) is the first over the second. A label of 0 is unknown.
    """
    known = label_m > 0
    error = np.abs(predicted_m[known] - label_m[known]) / label_m[known]
    return float(error.sum()), int(known.sum())


def ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN where there is nothing to divide by."""
    return part / whole if whole else float("nan")
