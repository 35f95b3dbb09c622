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
    confusion,
    depth_error,
    false_share,
    mean_iou,
    ratio,
    thin_recall,
)
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD, Prediction, Predictor
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED


class Scores:
    """Counts over a dataset, summed image by image.

    Surface scores compare the likeliest of the classes that the dataset labels; their mean is
    over the classes that its labels show. Walkable scores
    take the predictor's walkable space against ``walkable_ids``, the labels that a robot may
    step on, whatever the predictor calls them: a car's road can be asked to find a floor. Two-way
    labels say themselves what may be stepped on, and are taken as they are.
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
        taught = {SURFACES.index(name) for name in predictor.knowledge.surfaces}
        self.among = sorted(taught & set(labelled))
        # One class alone is no choice, nor is one walkable surface or another where what isn't
        # walkable has no name; what is said of them shows in the walkable scores.
        nameless = predictor.knowledge.rest and set(self.among) <= set(predictor.walkable_ids)
        if len(self.among) == 1 or nameless:
            self.among = []
        self.counts = np.zeros((NUM_SURFACES, NUM_SURFACES), np.int64)
        self.walkable = np.zeros((2, 2), np.int64)
        self.boundary = np.zeros(2)
        self.thin = np.zeros(2)
        self.calibration = np.zeros((CALIBRATION_BINS, 3))
        self.depth = np.zeros(2)

    def add(self, sample: Sample, prediction: Prediction) -> None:
        """Count one image."""
        height, width = sample.surfaces.shape
        if self.among:
            surfaces = prediction.surfaces_at(height, width, self.among)
            self.counts += confusion(sample.surfaces, surfaces, NUM_SURFACES)
        if self.walkable_ids:
            self._add_walkable(sample, prediction.walkable_at(height, width))
        depth_m = prediction.depth_at(height, width)
        if depth_m is not None and sample.depth_m is not None:
            self.depth += depth_error(sample.depth_m, depth_m)

    def _add_walkable(self, sample: Sample, probability: NDArray[np.float32]) -> None:
        known, label = walkable_label(sample, self.walkable_ids)
        # What nobody labelled counts for neither side.
        predicted = (probability > WALKABLE_THRESHOLD) & known
        wrong, total = false_share(label, predicted)
        missed = int((label & ~predicted).sum())
        self.walkable += np.array([[0, wrong], [missed, total - wrong]])
        self.boundary += boundary_counts(label, predicted)
        self.thin += thin_recall(label, known, predicted)
        self.calibration += calibration_counts(label[known], probability[known])

    def summary(self) -> dict[str, Any]:
        """Return the scores as fractions; absent where the dataset has no such label."""
        iou = class_iou(self.counts)
        # A class that no label shows would count 0 for a single wrong pixel of it.
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
        if self.depth[1]:
            scores["depth_abs_rel"] = ratio(*self.depth.tolist())
        return scores


def walkable_label(
    sample: Sample, walkable_ids: list[int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which pixels are labelled and which of them walkable, (height, width) each."""
    if sample.walkable is not None:
        return sample.walkable != UNLABELLED, sample.walkable == 1
    return sample.surfaces != UNLABELLED, np.isin(sample.surfaces, walkable_ids)


def evaluate(
    predictor: Predictor, dataset: Dataset, walkable_ids: list[int] | None = None
) -> dict[str, Any]:
    """Return the predictor's scores on a dataset (see ``Scores``).

    Args:
        predictor: what to score.
        dataset: labelled images.
        walkable_ids: labels that count as walkable; the predictor's own without them.
    """
    wanted = predictor.walkable_ids if walkable_ids is None else walkable_ids
    scores = Scores(predictor, dataset.labelled, wanted, dataset.two_way)
    for index in range(len(dataset)):
        sample = dataset[index]
        scores.add(sample, predictor.see(sample))
    return scores.summary()
