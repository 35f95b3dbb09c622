"""How well labels that nobody drew agree with the renderer's own, and teach."""

import json
from pathlib import Path
from statistics import mean
from typing import Literal

from drive2walk.commands.envs import render
from drive2walk.commands.perception.data import inspect
from drive2walk.commands.perception.learn import finetune
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor

STEPS = 600
SEEDS = 3


def test_lidar_labels_agree_with_the_masks_in_offices(tmp_path: Path) -> None:
    render(out=tmp_path / "offices", frames=60, frames_per_scene=4, seed=8, lidar=True)
    inspect(tmp_path / "offices", out=tmp_path / "out", labels="lidar")
    splits = json.loads((tmp_path / "out" / "metrics.json").read_text())["splits"]
    for told in splits.values():
        assert told["agreement_with_masks"]["walkable_iou"] > 0.95
        assert told["agreement_with_masks"]["coverage"] > 0.85


def test_networks_learn_as_much_from_lidar_labels_as_from_masks(tmp_path: Path) -> None:
    """Both see the same images for as many steps, and are judged by masks of other offices."""
    data, judged = tmp_path / "offices", tmp_path / "judged"
    render(out=data, frames=160, frames_per_scene=4, seed=9, lidar=True)
    render(out=judged, frames=80, seed=7, val_fraction=0.9)
    offices = open_dataset("folder", judged, "val")

    def learned(labels: Literal["masks", "lidar"], seed: int) -> float:
        out = tmp_path / f"{labels}_{seed}"
        finetune(data=data, out=out, labels=labels, steps=STEPS, seed=seed)
        predictor = Predictor.load(out / "walking.safetensors")
        return float(evaluate(predictor, offices)["walkable_iou"])

    masks, lidar = (
        [learned(labels, seed) for seed in range(SEEDS)] for labels in ("masks", "lidar")
    )
    print(f"walkable IoU from masks {masks}, from lidar {lidar}")
    assert mean(lidar) > mean(masks) - 0.02
