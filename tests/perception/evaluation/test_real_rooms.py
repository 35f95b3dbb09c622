"""The released network has only seen rendered rooms; these are photographs (tests/data/rooms)."""

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
    assert scores["walking"]["walkable_iou"] >= 0.70


def test_what_only_drove_finds_less_of_them(scores: dict[str, dict[str, float]]) -> None:
    assert scores["driving"]["walkable_iou"] < scores["walking"]["walkable_iou"] - 0.1
