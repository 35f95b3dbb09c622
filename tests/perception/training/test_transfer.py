import dataclasses
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import DataError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, save_weights
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.transfer import inherit_surfaces, starting_network
from drive2walk.robot.surfaces import SURFACES

FLOOR, ROAD, SKY = (SURFACES.index(name) for name in ("floor", "road", "sky"))


@pytest.fixture
def config(tiny_config: NetworkConfig) -> NetworkTrainingConfig:
    return NetworkTrainingConfig(
        sources={},
        walkable=("floor",),
        input_size=(64, 48),
        network=tiny_config,
        inherit={"floor": "road"},
    )


def test_the_floor_inherits_the_road_and_nothing_else_changes(tiny_network: Network) -> None:
    before = tiny_network.surface_head.predict.weight.detach().clone()
    inherit_surfaces(tiny_network, {"floor": "road"})
    after = tiny_network.surface_head.predict.weight
    assert torch.equal(after[FLOOR], before[ROAD])
    others = [i for i in range(len(SURFACES)) if i != FLOOR]
    assert torch.equal(after[others], before[others])
    logits = tiny_network(torch.rand(1, 3, 32, 32)).surfaces
    assert torch.equal(logits[:, FLOOR], logits[:, ROAD])


def test_new_surfaces_inherit_weights_at_the_start(
    config: NetworkTrainingConfig,
    tiny_network: Network,
    walking_knowledge: Knowledge,
    tmp_path: Path,
) -> None:
    path = tmp_path / "drove.safetensors"
    driving = dataclasses.replace(walking_knowledge, surfaces=("road", "wall"))
    save_weights(path, tiny_network, driving)
    network = starting_network(config, path)
    assert torch.equal(network.trunk.stem[0].weight, tiny_network.trunk.stem[0].weight)
    weight = network.surface_head.predict.weight
    assert torch.equal(weight[FLOOR], weight[ROAD])
    larger = dataclasses.replace(config.network, neck_width=16)
    with pytest.raises(WeightsError, match="another shape"):
        starting_network(dataclasses.replace(config, network=larger), path)


def test_a_network_trained_on_the_floor_keeps_its_weights(
    config: NetworkTrainingConfig,
    tiny_network: Network,
    walking_knowledge: Knowledge,
    tmp_path: Path,
) -> None:
    assert "floor" in walking_knowledge.surfaces
    path = tmp_path / "walked.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    weight = starting_network(config, path).surface_head.predict.weight
    assert torch.equal(weight, tiny_network.surface_head.predict.weight)


def test_new_weights_are_determined_by_the_seed(config: NetworkTrainingConfig) -> None:
    first, again = (starting_network(config, None) for _ in range(2))
    other = starting_network(dataclasses.replace(config, seed=1), None)
    assert torch.equal(first.trunk.stem[0].weight, again.trunk.stem[0].weight)
    assert not torch.equal(first.trunk.stem[0].weight, other.trunk.stem[0].weight)


def test_an_error_names_an_unknown_surface_to_inherit(tiny_network: Network) -> None:
    with pytest.raises(DataError, match="flor"):
        inherit_surfaces(tiny_network, {"flor": "road"})
