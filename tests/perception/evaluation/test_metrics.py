import math

import numpy as np
import pytest

from drive2walk.perception.evaluation import metrics


def test_confusion_counts_pairs_and_skips_the_unlabelled() -> None:
    label = np.array([[0, 0, 1], [1, 255, 1]], np.uint8)
    predicted = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)
    assert metrics.confusion_matrix(label, predicted, 2).tolist() == [[1, 1], [1, 2]]


def test_the_part_of_each_class_is_counted_without_the_unlabelled() -> None:
    label = np.array([[0, 0, 1], [1, 1, 255]], np.uint8)
    part = np.array([[True, False, True], [True, True, True]])
    assert metrics.part_counts(label, part, 3).tolist() == [[1, 2], [3, 3], [0, 0]]


def test_iou_by_hand() -> None:
    iou = metrics.class_iou(np.array([[1, 1, 0], [1, 2, 0], [0, 0, 0]]))
    assert iou[:2].tolist() == [1 / 3, 2 / 4]
    assert math.isnan(iou[2])
    assert metrics.mean_iou(iou) == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_the_mean_iou_without_classes_is_nan() -> None:
    assert math.isnan(metrics.mean_iou(np.full(3, np.nan)))


def test_boundary_is_a_band_inside_the_mask_but_not_at_the_image_edge() -> None:
    mask = np.zeros((60, 80), bool)
    mask[30:, :] = True
    band = metrics.boundary_band(mask)
    # 2 % of a diagonal of 100 is 2 pixels.
    assert np.flatnonzero(band.any(axis=1)).tolist() == [30, 31]
    assert band[30:32].all()


def test_boundary_iou_of_a_shifted_edge() -> None:
    a, b = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    a[30:], b[31:] = True, True
    assert metrics.boundary_counts(a, a) == (160, 160)
    assert metrics.boundary_counts(a, b) == (80, 240)


def test_false_positives_are_counted_among_predicted_pixels() -> None:
    label = np.array([True, True, False, False])
    predicted = np.array([True, False, True, True])
    assert metrics.false_positive_counts(label, predicted) == (2, 3)


def ground_with(*slices: tuple[slice, slice]) -> np.ndarray:
    """Return walkable ground of 60x80 pixels below a wall of 20 rows; thin is below 3 pixels."""
    walkable = np.ones((60, 80), bool)
    walkable[:20] = False
    for rows, columns in slices:
        walkable[rows, columns] = False
    return walkable


EVERYWHERE = np.ones((60, 80), bool)


def test_a_leg_is_thin_and_a_block_is_not() -> None:
    leg = (slice(30, 45), slice(10, 12))
    block = (slice(30, 45), slice(40, 50))
    thin = metrics.thin_obstacles(ground_with(leg, block), EVERYWHERE)
    expected = np.zeros((60, 80), bool)
    expected[leg] = True
    assert (thin == expected).all()


def test_a_leg_of_a_large_object_is_thin_except_at_the_object() -> None:
    thin = metrics.thin_obstacles(ground_with((slice(20, 40), slice(10, 12))), EVERYWHERE)
    assert thin[21:40, 10:12].all()
    assert thin.sum() == 19 * 2


def test_specks_distant_objects_and_cut_off_objects_are_not_thin() -> None:
    speck = (slice(30, 33), slice(10, 12))
    at_the_edge = (slice(30, 50), slice(78, 80))
    walkable = ground_with(speck, at_the_edge)
    assert not metrics.thin_obstacles(walkable, EVERYWHERE).any()
    # Nothing near this wall is walkable.
    walkable = np.zeros((60, 80), bool)
    walkable[55:] = True
    assert not metrics.thin_obstacles(walkable, EVERYWHERE).any()
    # Beside this leg nothing is labelled, so it may be wider than it looks.
    known = EVERYWHERE.copy()
    known[:, 12:30] = False
    assert not metrics.thin_obstacles(ground_with((slice(30, 45), slice(10, 12))), known).any()


def test_thin_recall_counts_pixels_predicted_not_walkable() -> None:
    label = ground_with((slice(30, 45), slice(10, 12)))
    predicted = np.ones((60, 80), bool)
    predicted[30:36] = False
    assert metrics.thin_recall_counts(label, EVERYWHERE, predicted) == (12, 30)


def test_calibration_error_by_hand() -> None:
    probability = np.array([0.95, 0.95, 0.95, 0.95, 0.21, 0.25, 1.0])
    label = np.array([1, 1, 1, 0, 0, 1, 1], bool)
    counts = metrics.calibration_counts(label, probability)
    assert counts[:, 0].sum() == 7
    # .95 and 1 are in the last of 15 bins: .96 predicted, .8 true. The others have .23 and .5.
    expected = (5 * abs(4.8 / 5 - 4 / 5) + 2 * abs(0.46 / 2 - 1 / 2)) / 7
    assert metrics.calibration_error(counts) == pytest.approx(expected)
    # The counts of two images add up.
    parts = [metrics.calibration_counts(label[s], probability[s]) for s in (slice(3), slice(3, 7))]
    assert np.allclose(sum(parts), counts)
    assert math.isnan(metrics.calibration_error(np.zeros((metrics.CALIBRATION_BINS, 3))))


def test_depth_error_is_relative_and_skips_the_unknown() -> None:
    total, count = metrics.depth_error(np.array([2.0, 4.0, 0.0]), np.array([2.5, 3.0, 9.0]))
    assert (total, count) == (0.25 + 0.25, 2)


def test_ratio_of_nothing_is_nan() -> None:
    assert metrics.ratio(1, 4) == 0.25
    assert math.isnan(metrics.ratio(0, 0))
