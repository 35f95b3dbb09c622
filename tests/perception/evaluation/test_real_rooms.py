"""Scores of the released networks on photographs of real rooms (tests/data/rooms).

The networks were trained on street images and rendered rooms alone. The bounds are half a point
from the measured scores; new weights that are worse on real rooms, and a change of the path from an
image to a mask, exceed them.
"""

from pathlib import Path

import pytest

from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor

ROOMS = Path(__file__).parents[2] / "data" / "rooms"
CHECKPOINTS = Path(__file__).parents[3] / "drive2walk" / "checkpoints"


@pytest.fixture(scope="module")
def scores() -> dict[str, dict[str, float]]:
    rooms = Folder(ROOMS, "all")
    return {
        name: evaluate(Predictor.load(CHECKPOINTS / f"{name}.safetensors"), rooms)
        for name in ("walking", "driving")
    }


def test_floors_of_real_rooms_are_found(scores: dict[str, dict[str, float]]) -> None:
    assert scores["walking"]["walkable_iou"] >= 0.787
    assert scores["walking"]["boundary_iou"] >= 0.419
    assert scores["walking"]["false_walkable_rate"] <= 0.161
    assert scores["walking"]["calibration_error"] <= 0.060


def test_the_driving_network_finds_less_of_them(scores: dict[str, dict[str, float]]) -> None:
    assert scores["driving"]["walkable_iou"] <= 0.153
