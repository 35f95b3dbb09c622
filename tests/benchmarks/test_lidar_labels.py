"""How well lidar labels agree with the renderer's own, and teach."""

import json
from pathlib import Path
from statistics import mean
from typing import Literal

from drive2walk.cli import run
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.evaluation.evaluate import evaluate
from drive2walk.perception.inference.predictor import Predictor

STEPS = 600
SEEDS = 3


def render(out: Path, options: str) -> None:
    run([*f"envs render {options} --out".split(), str(out)])


def test_lidar_labels_agree_with_the_masks_in_offices(tmp_path: Path) -> None:
    offices = tmp_path / "offices"
    render(offices, "--frames 60 --frames-per-scene 4 --seed 8 --lidar")
    words = ["perception", "inspect", str(offices), "--labels", "lidar"]
    run([*words, "--out", str(tmp_path / "out")])
    splits = json.loads((tmp_path / "out" / "metrics.json").read_text())["splits"]
    for split in splits.values():
        assert split["agreement_with_masks"]["walkable_iou"] > 0.95
        assert split["agreement_with_masks"]["coverage"] > 0.85


def test_networks_learn_as_much_from_lidar_labels_as_from_masks(tmp_path: Path) -> None:
    """Both see the same images for as many steps, and are judged by masks of other offices."""
    data, judged = tmp_path / "offices", tmp_path / "judged"
    render(data, "--frames 160 --frames-per-scene 4 --seed 9 --lidar")
    render(judged, "--frames 80 --seed 7 --val-fraction 0.9")
    offices = open_dataset("folder", judged, "val")

    def learned(labels: Literal["masks", "lidar"], seed: int) -> float:
        out = tmp_path / f"{labels}_{seed}"
        words = f"perception finetune --labels {labels} --steps {STEPS} --seed {seed}".split()
        run([*words, "--data", str(data), "--out", str(out)])
        predictor = Predictor.load(out / "walking.safetensors")
        return float(evaluate(predictor, offices)["walkable_iou"])

    masks, lidar = (
        [learned(labels, seed) for seed in range(SEEDS)] for labels in ("masks", "lidar")
    )
    print(f"walkable IoU from masks {masks}, from lidar {lidar}")
    assert mean(lidar) > mean(masks) - 0.02
