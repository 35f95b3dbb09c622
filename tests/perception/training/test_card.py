from pathlib import Path

import pytest

from drive2walk.perception.datasets.registry import DATASETS
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.card import Card
from drive2walk.perception.training.config import NetworkTrainingConfig


def card_of(dataset: str, root: Path) -> str:
    source = SourceConfig(dataset, 2, (1.0, 1.0), root=root)
    config = NetworkTrainingConfig(
        sources={"mine": source}, walkable=("floor",), input_size=(64, 48)
    )
    scores = {"mine": {"miou": 0.5, "iou": {"floor": 0.5}}}
    return Card("walking", config, "command", 1, 1.0, {"mine": 3}, scores).text()


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_is_cited(dataset: str, tmp_path: Path) -> None:
    assert "3 training images" in card_of(dataset, tmp_path)


def test_scores_on_training_images_are_called_so(tmp_path: Path) -> None:
    assert "mine is scored on the images that it learned from" in card_of("folder", tmp_path)
    (tmp_path / "split.yaml").write_text("train: [a]\nval: [b]", encoding="utf-8")
    assert "it learned from" not in card_of("folder", tmp_path)
