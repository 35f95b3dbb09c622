"""The robot thinks it is a car: a driving and a walking network on the same images."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.evaluation.evaluate import Scores, walkable_label
from drive2walk.perception.inference.overlay import overlay, sheet
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD, Prediction, Predictor

COLUMN_WIDTH_PX = 256
TITLES = ["camera", "labelled walkable", "drove only: drivable", "learned to walk: walkable"]
COMPARED = ("walkable_iou", "boundary_iou", "false_walkable_rate")


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Both networks' scores against the labelled walkable space, and a contact sheet.

    Attributes:
        scores: "driving" and "walking": walkable_iou, boundary_iou, false_walkable_rate.
        picture: (height, width, 3) uint8 RGB.
    """

    scores: dict[str, dict[str, Any]]
    picture: NDArray[np.uint8]


def compare(driving: Predictor, walking: Predictor, dataset: Dataset, rows: int) -> Comparison:
    """Compare the driving network's drivable space with the walking one's walkable space.

    Args:
        driving: its walkable space is what it thinks a car may drive on.
        walking: its walkable surfaces are the truth that both are held against.
        dataset: labelled images.
        rows: how many of them the picture shows, evenly spread.

    Raises:
        DataError: the dataset labels none of the walkable surfaces, or can't be read.
    """
    wanted = walking.walkable_ids
    if not set(wanted) & {*dataset.labelled, *dataset.two_way}:
        raise DataError(
            f"the dataset labels none of {', '.join(walking.knowledge.walkable)}, "
            "so there is nothing to compare with."
        )
    networks = {"driving": driving, "walking": walking}
    scores = {
        key: Scores(p, dataset.labelled, wanted, dataset.two_way) for key, p in networks.items()
    }
    shown = set(np.linspace(0, len(dataset) - 1, rows).round().astype(int).tolist())
    pictures = []
    for index in range(len(dataset)):
        sample = dataset[index]
        seen = {key: predictor(sample.rgb) for key, predictor in networks.items()}
        for key, prediction in seen.items():
            scores[key].add(sample, prediction)
        if index in shown:
            label = walkable_label(sample, wanted)[1]
            masks = [label, *(_walkable(sample, prediction) for prediction in seen.values())]
            pictures.append([sample.rgb, *(overlay(sample.rgb, mask) for mask in masks)])
    summaries = {key: score.summary() for key, score in scores.items()}
    return Comparison(
        {key: {name: summary[name] for name in COMPARED} for key, summary in summaries.items()},
        sheet(TITLES, pictures, COLUMN_WIDTH_PX),
    )


def _walkable(sample: Sample, prediction: Prediction) -> NDArray[np.bool_]:
    return prediction.walkable_at(*sample.surfaces.shape) > WALKABLE_THRESHOLD
