import json
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import (
    Knowledge,
    load_weights,
    read_tensors,
    save_weights,
    write_tensors,
)


@pytest.fixture
def saved(tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge) -> Path:
    path = tmp_path / "walking.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    return path


def test_a_network_comes_back_as_it_was(
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


def test_a_file_of_other_making_is_refused(tmp_path: Path) -> None:
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


def test_knowledge_defaults_to_this_taxonomy() -> None:
    assert Knowledge((), False, (), (1, 1)).taxonomy_version == 1
