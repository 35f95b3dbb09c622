"""Scores as pure functions of masks and depths."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Width below which structure is thin, as a fraction of the image diagonal: 5 pixels of 320x240.
THIN_FRACTION = 0.0125
CALIBRATION_BINS = 15
# Width of the boundary band as a fraction of the image diagonal (Cheng et al., "Boundary IoU",
# 2021).
BOUNDARY_FRACTION = 0.02


def confusion_matrix(
    label: NDArray[np.integer], predicted: NDArray[np.integer], num_classes: int
) -> NDArray[np.int64]:
    """Return pixel counts (num_classes, num_classes), rows by label, columns by prediction.

    Pixels with a label of ``num_classes`` or more are left out.
    """
    known = label < num_classes
    pairs = label[known].astype(np.int64) * num_classes + predicted[known]
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def part_counts(
    label: NDArray[np.integer], part: NDArray[np.bool_], num_classes: int
) -> NDArray[np.int64]:
    """Return the number of pixels in ``part`` and of all pixels of each class, (num_classes, 2).

    Pixels with a label of ``num_classes`` or more are left out.
    """
    known = label < num_classes
    counts = [np.bincount(label[mask], minlength=num_classes) for mask in (known & part, known)]
    return np.stack(counts, axis=1)


def class_iou(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the IoU of each class, (num_classes,); NaN for classes that do not occur."""
    hit = np.diag(counts).astype(np.float64)
    union = counts.sum(axis=0) + counts.sum(axis=1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


def mean_iou(iou: NDArray[np.float64]) -> float:
    """Return the mean over the classes whose IoU is not NaN; NaN without such a class."""
    known = iou[~np.isnan(iou)]
    return float(known.mean()) if known.size else float("nan")


def boundary_band(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of ``mask`` close to its boundary, (height, width).

    The edge of the image is not a boundary: a floor may go on outside.
    """
    height, width = mask.shape
    distance = max(1, round(BOUNDARY_FRACTION * float(np.hypot(height, width))))
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
    """Return intersection and union of the boundary bands of two masks, in pixels."""
    a, b = boundary_band(label), boundary_band(predicted)
    return int((a & b).sum()), int((a | b).sum())


def false_positive_counts(
    label: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> tuple[int, int]:
    """Return the number of wrongly predicted pixels and the number of predicted pixels."""
    return int((predicted & ~label).sum()), int(predicted.sum())


def thin_obstacles(walkable: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of thin obstacles beside walkable ground, (height, width).

    Thin obstacles, such as chair legs and poles, are not-walkable pixels that a morphological
    opening removes, in components longer than the width of the opening (which leaves out corners
    of large objects) and within that width of walkable ground. Unknown pixels and pixels outside
    the image count as obstacles for the opening, so that a cut does not make an object thin.
    Irregularities of one pixel along an outline are left out.

    Args:
        walkable: Pixels that are labelled walkable, (height, width).
        known: Pixels that are labelled, (height, width).
    """
    side = max(3, round(THIN_FRACTION * float(np.hypot(*walkable.shape))))
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


def thin_recall_counts(
    label: NDArray[np.bool_], known: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> tuple[int, int]:
    """Return the number of thin-obstacle pixels predicted not walkable, and their total number.

    Args:
        label: Pixels that are labelled walkable, (height, width).
        known: Pixels that are labelled, (height, width).
        predicted: Pixels that are predicted walkable, (height, width).
    """
    thin = thin_obstacles(label, known)
    return int((thin & ~predicted).sum()), int(thin.sum())


def calibration_counts(
    label: NDArray[np.bool_], probability: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the counts of ``calibration_error``; those of several images can be added.

    Args:
        label: True label of each pixel, of any shape.
        probability: Predicted probability of a true label, in [0, 1], of the same shape.

    Returns:
        For each of ``CALIBRATION_BINS`` equal bins of the probability: number of pixels, sum of
        probabilities, number of true labels, (CALIBRATION_BINS, 3).
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

    Naeini et al. (2015): the mean over pixels of |mean probability - fraction of true labels| in
    the bin of the pixel.
    """
    pixels, predicted, true = counts.T
    return ratio(float(np.abs(predicted - true).sum()), float(pixels.sum()))


def depth_error(
    label_m: NDArray[np.floating], predicted_m: NDArray[np.floating]
) -> tuple[float, int]:
    """Return the sum of |predicted - label| / label over labelled pixels, and their number.

    The quotient is AbsRel of Eigen et al. (2014). A label of 0 is unknown.
    """
    known = label_m > 0
    error = np.abs(predicted_m[known] - label_m[known]) / label_m[known]
    return float(error.sum()), int(known.sum())


def ratio(part: float, whole: float) -> float:
    """Return part / whole, or NaN if whole is 0."""
    return part / whole if whole else float("nan")
