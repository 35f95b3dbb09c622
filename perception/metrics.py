"""Scores as pure functions of masks and depths."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

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
