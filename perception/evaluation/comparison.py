"""A comparison of a driving and a walking network on the same images."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.evaluation.evaluate import Scores, walkable_label
from drive2walk.perception.inference.overlay import overlay_walkable
from drive2walk.perception.inference.picture_table import tile_pictures
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD, Prediction, Predictor

COLUMN_WIDTH_PX = 256
TITLES = ["camera", "labelled walkable", "drove only: drivable", "learned to walk: walkable"]
COMPARED = ("walkable_iou", "boundary_iou", "false_walkable_rate")


@dataclasses.dataclass(frozen=True)
class NetworkComparison:
    """Scores of two networks against the labelled walkable ground, and a picture.

    Attributes:
        scores: walkable_iou, boundary_iou and false_walkable_rate for "driving" and "walking".
        picture: Table of images (height, width, 3), uint8 RGB.
    """

    scores: dict[str, dict[str, Any]]
    picture: NDArray[np.uint8]


def compare_networks(
    driving: Predictor, walking: Predictor, dataset: Dataset, rows: int
) -> NetworkComparison:
    """Compare what a driving network calls drivable with what a walking one calls walkable.

    Args:
        driving: Predictor of the driving network.
        walking: Predictor of the walking network; its walkable surfaces define the labels for
            both.
        dataset: Labelled images.
        rows: Number of evenly spaced images in the picture.

    Raises:
        DataError: The dataset labels none of the walkable surfaces, or can't be read.
    """
    walkable_ids = walking.walkable_ids
    if not set(walkable_ids) & {*dataset.labelled, *dataset.two_way}:
        raise DataError(
            f"the dataset labels none of {', '.join(walking.knowledge.walkable)}, "
            "so there is nothing to compare with. Give a dataset that labels one of them."
        )
    networks = {"driving": driving, "walking": walking}
    scores = {
        key: Scores(p, dataset.labelled, walkable_ids, dataset.two_way)
        for key, p in networks.items()
    }
    shown = set(np.linspace(0, len(dataset) - 1, rows).round().astype(int).tolist())
    pictures = []
    for index in range(len(dataset)):
        sample = dataset[index]
        predictions = {key: predictor(sample.rgb) for key, predictor in networks.items()}
        for key, prediction in predictions.items():
            scores[key].add(sample, prediction)
        if index in shown:
            label = walkable_label(sample, walkable_ids)[1]
            masks = [label, *(_walkable_mask(sample, p) for p in predictions.values())]
            pictures.append([sample.rgb, *(overlay_walkable(sample.rgb, mask) for mask in masks)])
    summaries = {key: score.summary() for key, score in scores.items()}
    return NetworkComparison(
        {key: {name: summary[name] for name in COMPARED} for key, summary in summaries.items()},
        tile_pictures(TITLES, pictures, COLUMN_WIDTH_PX),
    )


def _walkable_mask(sample: Sample, prediction: Prediction) -> NDArray[np.bool_]:
    return prediction.walkable_at(*sample.surfaces.shape) > WALKABLE_THRESHOLD
