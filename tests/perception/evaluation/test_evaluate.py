import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.evaluation.evaluate import Scores, evaluate
from drive2walk.perception.inference.predictor import Prediction, Predictor
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES, UNLABELLED

FLOOR, WALL, ROAD = (SURFACES.index(name) for name in ("floor", "wall", "road"))


@dataclasses.dataclass
class Oracle:
    """A predictor that decides by colour: green is ``ground``, everything else wall."""

    knowledge: object
    ground: int
    walkable_ids: list

    def see(self, sample: Sample) -> Prediction:
        rgb = sample.rgb
        probabilities = np.zeros((NUM_SURFACES, *rgb.shape[:2]), np.float32)
        green = rgb[..., 1] > 140
        probabilities[self.ground] = green
        probabilities[WALL] = ~green
        depth_m = np.full(rgb.shape[:2], 2.0, np.float32)
        return Prediction(probabilities, probabilities[self.walkable_ids].sum(axis=0), depth_m)


def test_the_fraction_of_each_surface_that_the_map_takes_for_floor(
    walking_knowledge: Knowledge,
) -> None:
    class Half(Oracle):
        def see(self, sample: Sample) -> Prediction:
            walkable = np.zeros(sample.surfaces.shape, np.float32)
            # 0.55 is walkable for a network, but not floor for a map.
            walkable[:, :3], walkable[:, 3] = 0.9, 0.55
            return Prediction(np.zeros((NUM_SURFACES, 4, 4), np.float32), walkable, None)

    surfaces = np.full((4, 4), FLOOR, np.uint8)
    surfaces[2:], surfaces[3, 0] = WALL, UNLABELLED
    predictor = Half(walking_knowledge, FLOOR, [FLOOR])
    sample = Sample(np.zeros((4, 4, 3), np.uint8), surfaces)
    scores = Scores(predictor, [FLOOR, WALL], [FLOOR])
    scores.add(sample, predictor.see(sample))
    assert scores.summary()["walkable_fraction"] == {"floor": 6 / 8, "wall": 5 / 7}


def test_a_perfect_prediction_scores_one(folder: Path, walking_knowledge: Knowledge) -> None:
    scores = evaluate(Oracle(walking_knowledge, FLOOR, [FLOOR]), Folder(folder, "val"))
    assert scores["miou"] == 1
    assert scores["iou"] == {"floor": 1.0, "wall": 1.0}
    assert scores["walkable_iou"] == scores["boundary_iou"] == 1
    assert scores["false_walkable_rate"] == 0
    # 2.0 m is predicted, 2.5 m is labelled.
    assert scores["depth_abs_rel"] == pytest.approx(0.2)


def test_a_floor_that_is_predicted_as_road_scores_as_walkable(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    knowledge = dataclasses.replace(walking_knowledge, surfaces=("road", "wall"))
    oracle = Oracle(knowledge, ROAD, [ROAD])
    scores = evaluate(oracle, Folder(folder, "val"), walkable_ids=[FLOOR])
    assert scores["walkable_iou"] == 1
    # Only walls are trained and labelled, so there is no choice between surfaces.
    assert scores["iou"] == {}


def test_a_prediction_of_walkable_everywhere_has_false_positives(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    data = Folder(folder, "val")
    floor = np.mean([(data[i].surfaces[2:] == FLOOR).mean() for i in range(len(data))])
    scores = evaluate(Oracle(walking_knowledge, FLOOR, [FLOOR, WALL]), data, [FLOOR])
    assert scores["walkable_iou"] == pytest.approx(floor)
    assert scores["false_walkable_rate"] == pytest.approx(1 - floor)


def test_a_dataset_without_walkable_labels_has_no_walkable_scores(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    oracle = Oracle(walking_knowledge, FLOOR, [SURFACES.index("sidewalk")])
    assert "walkable_iou" not in evaluate(oracle, Folder(folder, "val"))


def test_a_network_with_walkable_surfaces_and_rest_has_no_surface_scores(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    knowledge = dataclasses.replace(walking_knowledge, surfaces=("floor", "furniture"), rest=True)
    oracle = Oracle(knowledge, FLOOR, [FLOOR, SURFACES.index("furniture")])
    scores = evaluate(oracle, Folder(folder, "val"))
    assert scores["walkable_iou"] == 1
    assert scores["iou"] == {}
    assert math.isnan(scores["miou"])


def test_certain_and_correct_predictions_are_calibrated(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    scores = evaluate(Oracle(walking_knowledge, FLOOR, [FLOOR]), Folder(folder, "val"))
    assert scores["calibration_error"] == 0
    # The set has no thin obstacles.
    assert math.isnan(scores["thin_obstacle_recall"])
    wrong = evaluate(Oracle(walking_knowledge, FLOOR, [WALL]), Folder(folder, "val"), [FLOOR])
    assert wrong["calibration_error"] == 1


def test_the_mean_iou_is_over_the_labelled_classes(
    folder: Path, walking_knowledge: Knowledge
) -> None:
    # It predicts the floor as furniture, which the set lists but which never occurs.
    oracle = Oracle(walking_knowledge, SURFACES.index("furniture"), [FLOOR])
    scores = evaluate(oracle, Folder(folder, "val"))
    assert scores["iou"] == {"floor": 0.0, "wall": 1.0}
    assert scores["miou"] == 0.5


def test_two_way_labels_are_scored_where_they_are_known(
    tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    predictor = Predictor(tiny_network, walking_knowledge)
    scores = Scores(predictor, [], [FLOOR], (FLOOR,))
    probabilities = np.zeros((len(SURFACES), 2, 2), np.float32)
    walkable = np.array([[1, 1, 0, 0], [1, 1, 0, 0]], np.float32)
    label = np.array([[1, 0, 1, 0], [1, 255, 255, 0]], np.uint8)
    unnamed = np.full((2, 4), UNLABELLED, np.uint8)
    sample = Sample(np.zeros((2, 4, 3), np.uint8), unnamed, walkable=label)
    scores.add(sample, Prediction(probabilities, walkable, None))
    # Among the known pixels are two hits, one false alarm and one miss.
    assert scores.summary()["walkable_iou"] == pytest.approx(2 / 4)
    assert scores.summary()["false_walkable_rate"] == pytest.approx(1 / 3)
