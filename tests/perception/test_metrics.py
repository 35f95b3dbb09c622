import math

import numpy as np
import pytest

from perception import metrics


def test_confusion_counts_pairs_and_skips_the_unlabelled() -> None:
    label = np.array([[0, 0, 1], [1, 255, 1]], np.uint8)
    predicted = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)
    assert metrics.confusion(label, predicted, 2).tolist() == [[1, 1], [1, 2]]


def test_iou_by_hand() -> None:
    iou = metrics.class_iou(np.array([[1, 1, 0], [1, 2, 0], [0, 0, 0]]))
    assert iou[:2].tolist() == [1 / 3, 2 / 4]
    assert math.isnan(iou[2])
    assert metrics.mean_iou(iou) == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_nothing_seen_gives_no_mean() -> None:
    assert math.isnan(metrics.mean_iou(np.full(3, np.nan)))


def test_boundary_is_a_band_inside_the_mask_but_not_at_the_image_edge() -> None:
    mask = np.zeros((60, 80), bool)
    mask[30:, :] = True
    band = metrics.boundary(mask)
    # 2 % of a diagonal of 100 is 2 pixels.
    assert np.flatnonzero(band.any(axis=1)).tolist() == [30, 31]
    assert band[30:32].all()


def test_boundary_iou_of_a_shifted_edge() -> None:
    a, b = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    a[30:], b[31:] = True, True
    assert metrics.boundary_counts(a, a) == (160, 160)
    assert metrics.boundary_counts(a, b) == (80, 240)


def test_false_share_is_of_what_was_predicted() -> None:
    label = np.array([True, True, False, False])
    predicted = np.array([True, False, True, True])
    assert metrics.false_share(label, predicted) == (2, 3)


def test_depth_error_is_relative_and_skips_the_unknown() -> None:
    total, count = metrics.depth_error(np.array([2.0, 4.0, 0.0]), np.array([2.5, 3.0, 9.0]))
    assert (total, count) == (0.25 + 0.25, 2)


def test_ratio_of_nothing_is_nan() -> None:
    assert metrics.ratio(1, 4) == 0.25
    assert math.isnan(metrics.ratio(0, 0))
