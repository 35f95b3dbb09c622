"""Small weights and a config of a short training, for the commands of the eyes."""

import dataclasses
from pathlib import Path

import pytest

from drive2walk.experiment.config import save_config
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, save_weights
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.config import NetworkTrainingConfig


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
        ema_decay=0.8,
        checkpoint_every=5,
    )
    save_config(config, path)
    return str(path)
