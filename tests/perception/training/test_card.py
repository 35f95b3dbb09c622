from pathlib import Path

import pytest

from drive2walk.perception.datasets.registry import DATASETS
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.card import Card
from drive2walk.perception.training.config import NetworkTrainingConfig

AUTHORS = {
    "bdd100k": "BDD100K (Yu et al., 2020; its own licence)",
    "camvid": "CamVid (Brostow et al., 2009; academic licence)",
    "cityscapes": "Cityscapes (Cordts et al., 2016; its own licence)",
    "folder": "a folder of labelled images",
}


def card_of(dataset: str, root: Path) -> str:
    source = SourceConfig(dataset, 2, (1.0, 1.0), root=root)
    absent = SourceConfig("camvid", 3, (1.0, 1.0))
    config = NetworkTrainingConfig(
        sources={"mine": source, "absent": absent},
        walkable=("floor", "sidewalk"),
        input_size=(64, 48),
        init="folder/driving.safetensors",
        coarse_fraction=0.25,
        seed=7,
    )
    scores = {
        "mine": {"miou": 0.5, "iou": {"floor": 0.25}, "walkable_fraction": {"furniture": 0.125}}
    }
    return Card("walking", config, "the command", 12345, 1.25, {"mine": 3}, scores).text()


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_is_cited_with_its_number_of_images(dataset: str, tmp_path: Path) -> None:
    (row,) = [line for line in card_of(dataset, tmp_path).splitlines() if "data: mine" in line]
    assert row.startswith(f"| data: mine | {AUTHORS[dataset]}")
    assert row.endswith("; 3 training images |")


def test_a_card_describes_the_run_and_its_scores(tmp_path: Path) -> None:
    lines = card_of("camvid", tmp_path).splitlines()
    assert lines[0] == "# walking"
    assert "Walkable: floor, sidewalk." in lines
    assert not any("absent" in line for line in lines)
    assert "| start | `driving.safetensors` |" in lines
    assert "| command | `the command` |" in lines
    steps = "4000 of 2 images, 320x224, seed 7, bfloat16; of these 25% with twice the images"
    assert any(line.startswith(f"| steps | {steps} at half the size |") for line in lines)
    assert "| parameters | 12345 |" in lines
    assert "| minutes | 1.2 |" in lines
    assert lines[-5:] == [
        "| score | mine |",
        "|---|---|",
        "| miou | 0.500 |",
        "| IoU floor | 0.250 |",
        "| called floor: furniture | 0.125 |",
    ]


def test_scores_on_training_images_are_marked(tmp_path: Path) -> None:
    assert "mine is scored on the images that it learned from" in card_of("folder", tmp_path)
    (tmp_path / "split.yaml").write_text("train: [a]\nval: [b]", encoding="utf-8")
    assert "it learned from" not in card_of("folder", tmp_path)
