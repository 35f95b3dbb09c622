import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from drive2walk import cli
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError

pytestmark = pytest.mark.e2e


def perception(*words: object) -> None:
    cli.run(["perception", *map(str, words)])


def test_predict_writes_a_mask_of_the_images_own_size(weights: str, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    shapes = {"wide": (50, 301), "tall": (333, 40)}
    for name, (height, width) in shapes.items():
        cv2.imwrite(str(images / f"{name}.jpg"), np.full((height, width, 3), 90, np.uint8))
    perception("predict", "--images", images, "--out", tmp_path / "out", "--weights", weights)
    for name, shape in shapes.items():
        mask = cv2.imread(str(tmp_path / "out" / f"{name}.walkable.png"), cv2.IMREAD_UNCHANGED)
        assert mask.shape == shape
        assert set(np.unique(mask)) <= {0, 255}
        assert cv2.imread(str(tmp_path / "out" / f"{name}.overlay.png")).shape == (*shape, 3)


def test_predict_names_inputs_that_it_cannot_use(weights: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DataError, match="nowhere"):
        perception("predict", "--images", tmp_path / "nowhere", "--out", out, "--weights", weights)
    with pytest.raises(WeightsError, match="flying"):
        perception("predict", "--images", tmp_path, "--out", out, "--weights", "flying")
    for ending in ("jpg", "png"):
        cv2.imwrite(str(tmp_path / f"twin.{ending}"), np.zeros((40, 40, 3), np.uint8))
    with pytest.raises(DataError, match="same result"):
        perception("predict", "--images", tmp_path, "--out", out, "--weights", weights)


def test_evaluate_writes_fractions(weights: str, folder: Path, tmp_path: Path) -> None:
    perception(
        "evaluate",
        "--root",
        folder,
        "--out",
        tmp_path / "out",
        "--weights",
        weights,
        "--dataset",
        "folder",
        "--split",
        "val",
    )
    scores = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert scores["images"] == 2
    assert 0 <= scores["miou"] <= 1
    assert {"walkable_iou", "boundary_iou", "false_walkable_rate"} <= set(scores)
    with pytest.raises(DataError, match="camvid"):
        perception(
            "evaluate",
            "--root",
            folder,
            "--out",
            tmp_path,
            "--weights",
            weights,
            "--dataset",
            "kamvid",
        )


def test_latency_of_every_stage(weights: str, tmp_path: Path) -> None:
    perception(
        "latency",
        "--out",
        tmp_path,
        "--weights",
        weights,
        "--width",
        64,
        "--height",
        32,
        "--repeats",
        3,
    )
    times = json.loads((tmp_path / "metrics.json").read_text())["ms"]
    assert {"trunk", "neck", "surface_head", "depth_head", "total"} == set(times)
    with pytest.raises(ConfigError, match="multiples of 32"):
        perception("latency", "--out", tmp_path, "--weights", weights, "--width", 50)


def test_transfer_needs_the_data_of_its_target(weights: str, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ConfigError, match="--camvid"):
        perception("transfer", "--out", out, "--data", folder, "--trunks", weights)
    with pytest.raises(WeightsError, match="flying"):
        perception(
            "transfer", "--out", out, "--data", folder, "--target", "offices", "--trunks", "flying"
        )


def test_transfer_writes_a_table_a_picture_and_a_verdict(
    weights: str, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ("--out", out, "--data", folder, "--target", "offices", "--trunks", weights)
    perception("transfer", *arguments, "--fractions", 1.0, "--seeds", 1, "--steps", 1)
    table = (out / "study.csv").read_bytes()
    assert len(table.splitlines()) == 3
    assert "unknown" in (out / "verdict.md").read_text()
    assert cv2.imread(str(out / "study.png")) is not None
    perception("transfer", *arguments, "--fractions", 1.0, "--seeds", 1, "--steps", 1)
    assert (out / "study.csv").read_bytes() == table
