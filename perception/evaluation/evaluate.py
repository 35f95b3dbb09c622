"""Scores of a predictor on a dataset."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.evaluation.metrics import (
    CALIBRATION_BINS,
    boundary_counts,
    calibration_counts,
    calibration_error,
    class_iou,
    confusion_matrix,
    depth_error,
    false_positive_counts,
    mean_iou,
    part_counts,
    ratio,
    thin_recall_counts,
)
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD, Prediction, Predictor
from drive2walk.perception.map_evidence import EvidenceConfig
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED


class Scores:
    """Counts over a dataset, summed image by image.

    Surface scores compare the most probable of the labelled surfaces with the label; their mean
    is over the surfaces that occur in the labels. Walkable scores compare the walkable ground of
    the predictor with the labels ``walkable_ids``, whatever the predictor calls them, so that a
    car's road can be scored as a floor. Two-way labels are used without change.
    ``walkable_fraction`` is the fraction of each surface's pixels that a robot's map takes for
    floor: the recall of surfaces that are walkable, and false positives of the others.

    Args:
        predictor: Predictor to score.
        labelled: Surface ids that the dataset labels.
        walkable_ids: Surface ids that count as walkable in the labels.
        two_way: Surface ids of the dataset's two-way labels; empty without such labels.
    """

    def __init__(
        self,
        predictor: Predictor,
        labelled: list[int],
        walkable_ids: list[int],
        two_way: tuple[int, ...] = (),
    ) -> None:
        self.labelled = labelled
        self.walkable_ids = list(two_way) or [i for i in walkable_ids if i in labelled]
        trained = {SURFACES.index(name) for name in predictor.knowledge.surfaces}
        self.scored_ids = sorted(trained & set(labelled))
        # Surface scores need a choice between surfaces. There is none with a single surface, and
        # none between walkable surfaces alone if everything else has no name.
        only_walkable = set(self.scored_ids) <= set(predictor.walkable_ids)
        if len(self.scored_ids) == 1 or (predictor.knowledge.rest and only_walkable):
            self.scored_ids = []
        self.counts = np.zeros((NUM_SURFACES, NUM_SURFACES), np.int64)
        self.walkable = np.zeros((2, 2), np.int64)
        self.boundary = np.zeros(2)
        self.thin = np.zeros(2)
        self.calibration = np.zeros((CALIBRATION_BINS, 3))
        # Pixels that the map would take for floor, and all pixels, of each surface.
        self.floor_pixels = np.zeros((NUM_SURFACES, 2), np.int64)
        self.depth = np.zeros(2)

    def add(self, sample: Sample, prediction: Prediction) -> None:
        """Count one image."""
        height, width = sample.surfaces.shape
        if self.scored_ids:
            surfaces = prediction.surfaces_at(height, width, self.scored_ids)
            self.counts += confusion_matrix(sample.surfaces, surfaces, NUM_SURFACES)
        if self.walkable_ids:
            self._add_walkable(sample, prediction.walkable_at(height, width))
        depth_m = prediction.depth_at(height, width)
        if depth_m is not None and sample.depth_m is not None:
            self.depth += depth_error(sample.depth_m, depth_m)

    def _add_walkable(self, sample: Sample, probability: NDArray[np.float32]) -> None:
        known, label = walkable_label(sample, self.walkable_ids)
        # Unlabelled pixels count neither as right nor as wrong.
        predicted = (probability > WALKABLE_THRESHOLD) & known
        wrong, total = false_positive_counts(label, predicted)
        missed = int((label & ~predicted).sum())
        self.walkable += np.array([[0, wrong], [missed, total - wrong]])
        self.boundary += boundary_counts(label, predicted)
        self.thin += thin_recall_counts(label, known, predicted)
        self.calibration += calibration_counts(label[known], probability[known])
        if sample.walkable is None:
            floor = probability > EvidenceConfig().floor_probability
            self.floor_pixels += part_counts(sample.surfaces, floor, NUM_SURFACES)

    def summary(self) -> dict[str, Any]:
        """Return the scores as fractions, without those that the dataset has no labels for."""
        iou = class_iou(self.counts)
        # Without this, one wrong pixel of a surface that never occurs would count as an IoU of 0.
        present = np.flatnonzero(self.counts.sum(axis=1))
        scores: dict[str, Any] = {
            "miou": mean_iou(iou[present]),
            "iou": {SURFACES[i]: float(iou[i]) for i in present},
        }
        if self.walkable_ids:
            (_, wrong), (missed, hit) = self.walkable.tolist()
            scores["walkable_iou"] = ratio(hit, hit + wrong + missed)
            scores["boundary_iou"] = ratio(*self.boundary.tolist())
            scores["false_walkable_rate"] = ratio(wrong, wrong + hit)
            scores["thin_obstacle_recall"] = ratio(*self.thin.tolist())
            scores["calibration_error"] = calibration_error(self.calibration)
            scores["walkable_fraction"] = {
                SURFACES[i]: ratio(*self.floor_pixels[i].tolist())
                for i in np.flatnonzero(self.floor_pixels[:, 1])
            }
        if self.depth[1]:
            scores["depth_abs_rel"] = ratio(*self.depth.tolist())
        return scores


def walkable_label(
    sample: Sample, walkable_ids: list[int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which pixels are labelled and which are labelled walkable, (height, width) each."""
    if sample.walkable is not None:
        return sample.walkable != UNLABELLED, sample.walkable == 1
    return sample.surfaces != UNLABELLED, np.isin(sample.surfaces, walkable_ids)


def evaluate(
    predictor: Predictor, dataset: Dataset, walkable_ids: list[int] | None = None
) -> dict[str, Any]:
    """Return the scores of a predictor on a dataset (see ``Scores``).

    Args:
        predictor: Predictor to score.
        dataset: Labelled images.
        walkable_ids: Surface ids that count as walkable in the labels; None for those of the
            predictor.
    """
    ids = predictor.walkable_ids if walkable_ids is None else walkable_ids
    scores = Scores(predictor, dataset.labelled, ids, dataset.two_way)
    for index in range(len(dataset)):
        sample = dataset[index]
        scores.add(sample, predictor.see(sample))
    return scores.summary()
