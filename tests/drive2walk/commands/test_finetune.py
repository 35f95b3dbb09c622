import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest
import torch

from drive2walk import cli
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.network.weights import load_weights
from drive2walk.perception.training.checkpoint import CHECKPOINT
from drive2walk.perception.training.config import NetworkTrainingConfig

pytestmark = pytest.mark.e2e


def perception(*words: object) -> None:
    cli.run(["perception", *map(str, words)])


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
    data = ("finetune", "--data", folder, "--config", config)
    options = [
        "--steps",
        "5",
        "--freeze",
        "stages:2",
        "--fraction",
        "0.5",
        "--augmentation.noise",
        "3",
    ]
    perception(*data, "--out", run, "--weights", weights, *options)
    card = (run / "walking.md").read_text()
    assert "--freeze stages:2 --fraction 0.5 --augmentation.noise 3" in card
    assert load_config(NetworkTrainingConfig, run / "config.yaml", run).augmentation.noise == 3.0
    assert "2 training images" in card
    before, after = (load_weights(Path(p))[0] for p in (weights, run / "walking.safetensors"))
    for number, (x, y) in enumerate(zip(before.trunk.stages(), after.trunk.stages(), strict=True)):
        pairs = zip(x.parameters(), y.parameters(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs) == (number < 2)


def test_finetune_names_a_part_that_does_not_exist(
    config: str, folder: Path, tmp_path: Path
) -> None:
    data = ("finetune", "--data", folder, "--config", config, "--out", tmp_path / "run")
    with pytest.raises(ConfigError, match="stages:N"):
        perception(*data, "--freeze", "head")
    with pytest.raises(ConfigError, match=r"fraction_range: got 0\.0 to 2\.0"):
        perception(*data, "--fraction", 2.0)


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
