import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from drive2walk import cli
from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError, DataError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, load_weights, save_weights
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import NetworkTrainingConfig

pytestmark = pytest.mark.e2e


def perception(*words: object) -> None:
    cli.run(["perception", *map(str, words)])


@pytest.fixture
def weights(tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge) -> str:
    path = tmp_path / "tiny.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    return str(path)


@pytest.fixture
def config(tmp_path: Path, tiny_config: NetworkConfig) -> str:
    path = tmp_path / "config.yaml"
    source = SourceConfig("folder", 4, (1.0, 1.0))
    config = NetworkTrainingConfig(
        sources={"walking": source, "streets": dataclasses.replace(source, per_batch=1)},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=30,
        warmup_steps=5,
        learning_rate=1e-2,
        ema=0.8,
        checkpoint_every=5,
    )
    save_config(config, path)
    return str(path)


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


def test_finetune_writes_weights_that_the_other_commands_read(
    config: str, weights: str, folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    perception("finetune", "--data", folder, "--weights", weights, "--config", config, "--out", run)
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["steps"] == 30
    assert metrics["scores"]["walking"]["walkable_iou"] > 0.8
    card = (run / "walking.md").read_text()
    line = "finetune --data WALKING --weights tiny.safetensors --config config.yaml --out OUT"
    assert f"drive2walk perception {line}" in card
    assert str(tmp_path / "set") not in card
    assert cv2.imread(str(run / "curve.png")) is not None
    result = tmp_path / "compare"
    walked = str(run / "walking.safetensors")
    perception(
        "compare",
        "--data",
        folder,
        "--out",
        result,
        "--rows",
        2,
        "--driving",
        weights,
        "--walking",
        walked,
    )
    scores = json.loads((result / "metrics.json").read_text())
    assert scores["walking"]["walkable_iou"] > scores["driving"]["walkable_iou"]
    assert cv2.imread(str(result / "comparison.png")).shape[1] == 4 * 256


def test_a_run_is_neither_overwritten_nor_resumed_with_other_settings(
    config: str, folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    arguments = ("--data", folder, "--out", run, "--config", config, "--steps", 2)
    perception("finetune", *arguments)
    with pytest.raises(ConfigError, match="--resume"):
        perception("finetune", *arguments)
    with pytest.raises(ConfigError, match="other settings"):
        perception("finetune", *arguments[:-1], 3, "--resume")


def test_a_source_that_is_not_in_the_config_is_named(
    config: str, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="camvid"):
        perception("pretrain", "--out", tmp_path / "run", "--camvid", folder, "--config", config)


def test_the_shipped_configs_name_real_surfaces(folder: Path, tmp_path: Path) -> None:
    # One step on a tiny set reads both configs whole.
    perception("pretrain", "--out", tmp_path / "drove", "--streets", folder, "--steps", 1)
    drove = str(tmp_path / "drove" / "driving.safetensors")
    perception(
        "finetune", "--data", folder, "--out", tmp_path / "walked", "--weights", drove, "--steps", 1
    )
    walked = tmp_path / "walked" / "walking.safetensors"
    assert set(load_weights(Path(drove))[1].walkable) == {"road"}
    assert set(load_weights(walked)[1].walkable) == {"floor", "sidewalk"}


def test_a_run_killed_at_any_moment_resumes_on_the_same_curve(
    config: str, folder: Path, tmp_path: Path
) -> None:
    run, whole = tmp_path / "run", tmp_path / "whole"
    line = [sys.executable, "-m", "drive2walk.cli", "perception", "finetune"]
    line += ["--data", str(folder), "--out", str(run), "--config", config, "--steps", "80"]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (run / CHECKPOINT).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    # Anywhere from the first checkpoint's rename to well into the run.
    time.sleep(random.uniform(0, 0.5))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (run / "walking.safetensors").exists()
    arguments = ("--data", folder, "--config", config, "--steps", 80)
    perception("finetune", "--out", run, "--resume", *arguments)
    perception("finetune", "--out", whole, *arguments)
    curves = [json.loads((out / "curve.json").read_text()) for out in (run, whole)]
    assert [row["step"] for row in curves[0]] == list(range(5, 81, 5))
    assert curves[0] == curves[1]
    networks = [load_weights(out / "walking.safetensors")[0] for out in (run, whole)]
    pairs = zip(*(network.parameters() for network in networks), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_finetune_takes_a_part_of_the_labels_and_of_the_trunk(
    config: str, weights: str, folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    perception(
        "finetune",
        "--data",
        folder,
        "--out",
        run,
        "--config",
        config,
        "--weights",
        weights,
        "--steps",
        5,
        "--freeze",
        "stages:2",
        "--fraction",
        0.5,
        "--augmentation.noise",
        3,
    )
    card = (run / "walking.md").read_text()
    assert "--freeze stages:2 --fraction 0.5 --augmentation.noise 3" in card
    assert load_config(NetworkTrainingConfig, run / "config.yaml", run).augmentation.noise == 3.0
    assert "2 training images" in card
    before, after = (load_weights(Path(p))[0] for p in (weights, run / "walking.safetensors"))
    for number, (x, y) in enumerate(zip(before.trunk.stages(), after.trunk.stages(), strict=True)):
        pairs = zip(x.parameters(), y.parameters(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs) == (number < 2)
    with pytest.raises(ConfigError, match="stages:N"):
        perception(
            "finetune",
            "--data",
            folder,
            "--out",
            tmp_path / "a",
            "--config",
            config,
            "--freeze",
            "head",
        )
    with pytest.raises(ConfigError, match="share"):
        perception(
            "finetune",
            "--data",
            folder,
            "--out",
            tmp_path / "b",
            "--config",
            config,
            "--fraction",
            2.0,
        )


def test_pretrain_skips_broken_images_on_request(config: str, folder: Path, tmp_path: Path) -> None:
    image = folder / "images" / "003.png"
    image.write_bytes(image.read_bytes()[:-20])
    arguments = ("--streets", folder, "--out", tmp_path / "run", "--config", config, "--steps", 1)
    with pytest.raises(DataError, match=r"003\.png' is cut off.*--on-broken skip"):
        perception("pretrain", *arguments)
    perception("pretrain", *arguments, "--on-broken", "skip")
    card = (tmp_path / "run" / "driving.md").read_text()
    assert "--on-broken skip" in card
    assert "3 training images" in card


def test_pretrain_learns_from_a_teacher_too(
    config: str, weights: str, folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    perception(
        "pretrain",
        "--streets",
        folder,
        "--out",
        run,
        "--config",
        config,
        "--teacher",
        weights,
        "--steps",
        5,
    )
    curve = json.loads((run / "curve.json").read_text())
    assert curve[0]["teacher_loss"] > 0
    assert "--teacher tiny.safetensors" in (run / "driving.md").read_text()


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
