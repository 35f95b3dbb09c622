import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from drive2walk import cli
from drive2walk.experiment.errors import DataError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.trunks.registry import PUBLISHED
from drive2walk.perception.network.weights import Knowledge, has_heads, load_weights, save_weights
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.transfer import starting_network

pytestmark = pytest.mark.e2e


def perception(*words: object) -> None:
    cli.run(["perception", *map(str, words)])


@pytest.fixture
def imagenet(tmp_path: Path) -> Path:
    """A file of random numbers as torchvision publishes them, classifier and all."""
    torch.manual_seed(0)
    trunk = PUBLISHED["regnety_400mf"].trunk()
    classifier = {"fc.weight": torch.zeros(1000, 440), "fc.bias": torch.zeros(1000)}
    path = tmp_path / "regnet_y_400mf.pth"
    torch.save(trunk.state_dict() | classifier, path)
    return path


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "drive2walk.cli", "perception", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_import_on_the_command_line(imagenet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command("import", "--from", "regnety_400mf", str(imagenet), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert (out / "regnety_400mf.safetensors").is_file()
    assert json.loads((out / "metrics.json").read_text())["weights"] == "regnety_400mf.safetensors"
    assert "ImageNet" in (out / "regnety_400mf.md").read_text()


def test_code_in_a_weight_file_is_one_line_and_exit_2(tmp_path: Path) -> None:
    class Malice:
        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / "was_here"),)

    torch.save({"x": Malice()}, tmp_path / "evil.pth")
    evil, out = str(tmp_path / "evil.pth"), str(tmp_path / "out")
    done = command("import", "--from", "espnet", evil, "--out", out)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "isn't run" in done.stderr
    assert not (tmp_path / "was_here").exists()


def test_finetune_starts_from_an_imported_trunk(
    imagenet: Path, folder: Path, tmp_path: Path
) -> None:
    perception("import", imagenet, "--from", "regnety_400mf", "--out", tmp_path)
    weights = tmp_path / "regnety_400mf.safetensors"
    with pytest.raises(WeightsError, match="without heads"):
        perception(
            "evaluate",
            "--root",
            folder,
            "--out",
            tmp_path,
            "--weights",
            str(weights),
            "--dataset",
            "folder",
        )
    run = tmp_path / "run"
    # All of its stages are frozen, so what was imported is what comes out.
    perception(
        "finetune",
        "--data",
        folder,
        "--out",
        run,
        "--weights",
        str(weights),
        "--freeze",
        "trunk",
        "--steps",
        1,
    )
    network, knowledge = load_weights(run / "walking.safetensors")
    assert network.config == NetworkConfig(trunk="regnety_400mf")
    assert knowledge.walkable == ("floor", "sidewalk")
    published = torch.load(imagenet, weights_only=True)
    for name, tensor in network.trunk.state_dict().items():
        assert torch.equal(tensor, published[name]), name


def test_a_config_can_name_an_imported_trunk(tmp_path: Path) -> None:
    torch.manual_seed(0)
    theirs = Network(NetworkConfig(trunk="twinlitenet", published=True))
    path = tmp_path / "twinlitenet.safetensors"
    save_weights(path, theirs, Knowledge(("road",), False, ("road",), (64, 48), rest=True))
    assert not has_heads(path)
    shape = NetworkConfig(trunk="twinlitenet", neck_width=16)
    ours = starting_network(NetworkTrainingConfig({}, (64, 48), network=shape), path)
    assert ours.config == shape
    assert torch.equal(ours.trunk.b3.conv.weight, theirs.trunk.b3.conv.weight)
    with pytest.raises(WeightsError, match="trunk 'twinlitenet'"):
        starting_network(NetworkTrainingConfig({}, (64, 48)), path)


def test_export_in_floats_and_integers(
    tiny_network: Network, walking_knowledge: Knowledge, folder: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "tiny.safetensors"
    save_weights(weights, tiny_network, walking_knowledge)
    out = tmp_path / "out"
    with pytest.raises(DataError, match="--images"):
        perception("export", "--weights", str(weights), "--out", out, "--int8")
    perception(
        "export", "--weights", str(weights), "--out", out, "--int8", "--images", folder / "images"
    )
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["float32"]["images_per_s"] > 0
    assert metrics["int8"]["bytes"] < metrics["float32"]["bytes"]
    assert {path.name for path in out.iterdir()} == {
        "tiny.onnx",
        "tiny.int8.onnx",
        "metrics.json",
    }
