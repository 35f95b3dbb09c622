import json
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.tensor_file import read_tensors, write_tensors
from drive2walk.perception.network.weights import (
    Knowledge,
    load_weights,
    save_weights,
)
from drive2walk.robot.surfaces import TAXONOMY_VERSION


@pytest.fixture
def saved(tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge) -> Path:
    path = tmp_path / "walking.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    return path


def test_a_saved_network_loads_unchanged(
    saved: Path, tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    network, knowledge = load_weights(saved)
    assert knowledge == walking_knowledge
    assert network.config == tiny_network.config
    x = torch.rand(1, 3, 48, 64)
    with torch.no_grad():
        assert torch.equal(network(x).surfaces, tiny_network(x).surfaces)


@pytest.mark.parametrize("kept", [0, 10, 2000])
def test_a_cut_off_file_is_named(saved: Path, kept: float) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(WeightsError, match=r"walking\.safetensors"):
        load_weights(saved)


def test_a_file_without_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_tensors(path, {"a": torch.zeros(2)}, {})
    with pytest.raises(WeightsError, match="no readable description"):
        load_weights(path)


def test_tensors_that_do_not_fit_are_named(saved: Path) -> None:
    tensors, metadata = read_tensors(saved)
    tensors.pop("trunk.stem.0.weight")
    write_tensors(saved, tensors, metadata)
    with pytest.raises(WeightsError, match=r"trunk\.stem\.0\.weight"):
        load_weights(saved)


def test_another_taxonomy_is_refused(saved: Path) -> None:
    tensors, metadata = read_tensors(saved)
    knowledge = json.loads(metadata["knowledge"]) | {"taxonomy_version": 0}
    write_tensors(saved, tensors, metadata | {"knowledge": json.dumps(knowledge)})
    with pytest.raises(WeightsError, match="taxonomy"):
        load_weights(saved)


def test_a_failed_write_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_tensors(saved, {"a": torch.zeros(2)}, {})
    assert saved.read_bytes() == before


def test_weights_carry_the_taxonomy_and_another_version_refuses_them(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = json.loads(read_tensors(saved)[1]["knowledge"])
    assert knowledge["taxonomy_version"] == TAXONOMY_VERSION
    monkeypatch.setattr(
        "drive2walk.perception.network.weights.TAXONOMY_VERSION", TAXONOMY_VERSION + 1
    )
    with pytest.raises(
        WeightsError, match=rf"taxonomy {TAXONOMY_VERSION}, .* {TAXONOMY_VERSION + 1}"
    ):
        load_weights(saved)


def test_weights_of_earlier_versions_load_with_defaults(
    saved: Path, walking_knowledge: Knowledge
) -> None:
    tensors, metadata = read_tensors(saved)
    knowledge = json.loads(metadata["knowledge"])
    # Files from before these settings don't hold them.
    for key in ("rest", "enlarge"):
        del knowledge[key]
    network = json.loads(metadata["network"])
    del network["published"]
    texts = {"knowledge": json.dumps(knowledge), "network": json.dumps(network)}
    write_tensors(saved, tensors, texts)
    loaded_network, loaded = load_weights(saved)
    assert loaded == walking_knowledge
    assert (loaded.rest, loaded.enlarge, loaded_network.config.published) == (False, False, False)
