import dataclasses
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.freezing import frozen_modules
from drive2walk.perception.training.train import Trainer

STAGES = 5


@pytest.fixture
def config(folder: Path, tiny_config: NetworkConfig) -> NetworkTrainingConfig:
    return NetworkTrainingConfig(
        sources={"set": SourceConfig("folder", 2, (1.0, 1.0), folder)},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=3,
        warmup_steps=1,
        checkpoint_every=3,
    )


def after_training(
    config: NetworkTrainingConfig, out: Path
) -> tuple[Network, dict[str, torch.Tensor]]:
    """Return the trained network and its state before the training."""
    torch.manual_seed(0)
    network = Network(config.network)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    trainer = Trainer(config, network)
    trainer.run(out, lambda network, knowledge: {}, lambda step, losses: None)
    return trainer.network, before


@pytest.mark.parametrize(
    ("given", "frozen"), [("none", 0), ("stages:1", 1), ("stages:3", 3), ("trunk", STAGES)]
)
def test_frozen_stages_do_not_change_and_all_others_do(
    config: NetworkTrainingConfig, tmp_path: Path, given: str, frozen: int
) -> None:
    network, before = after_training(dataclasses.replace(config, freeze=given), tmp_path)
    prefixes = {id(module): f"{name}." for name, module in network.named_modules()}
    stages = [prefixes[id(stage)] for stage in network.trunk.stages()]
    assert len(stages) == STAGES
    for name, tensor in network.state_dict().items():
        stays = name.startswith(tuple(stages[:frozen]))
        # The state includes the statistics of batch norms.
        assert torch.equal(tensor, before[name]) == stays, name


def test_a_frozen_run_resumes_on_the_same_weights(
    config: NetworkTrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(config, freeze="stages:2", checkpoint_every=1)
    whole, _ = after_training(config, tmp_path / "whole")
    half = dataclasses.replace(config)
    trainer = Trainer(half, Network(config.network))
    trainer.resume(tmp_path / "whole")
    assert trainer.step == config.steps
    assert all(
        torch.equal(a, b)
        for a, b in zip(trainer.network.parameters(), whole.parameters(), strict=True)
    )


@pytest.mark.parametrize("given", ["all", "stages", "stages:x", "stages:-1", ""])
def test_an_unknown_freeze_is_refused(config: NetworkTrainingConfig, given: str) -> None:
    with pytest.raises(ConfigError, match="stages:N"):
        dataclasses.replace(config, freeze=given)


def test_freezing_too_many_stages_is_refused(tiny_network: Network) -> None:
    with pytest.raises(ConfigError, match="has 5 stages"):
        frozen_modules(tiny_network, "stages:6")
