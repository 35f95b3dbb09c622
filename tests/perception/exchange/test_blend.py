import dataclasses
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.perception.exchange.blend import blend
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, load_weights, save_weights


@pytest.fixture
def files(
    tmp_path: Path, tiny_config: NetworkConfig, walking_knowledge: Knowledge
) -> tuple[Path, Path]:
    start, end = tmp_path / "start.safetensors", tmp_path / "end.safetensors"
    driving = dataclasses.replace(walking_knowledge, walkable=("road",))
    save_weights(start, Network(tiny_config), driving)
    save_weights(end, Network(tiny_config), walking_knowledge)
    return start, end


def test_a_blend_interpolates_each_number(
    files: tuple[Path, Path], walking_knowledge: Knowledge, tmp_path: Path
) -> None:
    path = blend(*files, 0.25, tmp_path / "out")
    network, knowledge = load_weights(path)
    assert knowledge == walking_knowledge
    starts, ends = (load_weights(file)[0].state_dict() for file in files)
    for name, value in network.state_dict().items():
        if value.is_floating_point():
            assert torch.allclose(value, 0.75 * starts[name] + 0.25 * ends[name], atol=1e-6)
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "--start start.safetensors --end end.safetensors --share 0.25" in card


def test_a_fraction_outside_the_range_and_another_shape_are_refused(
    files: tuple[Path, Path],
    tiny_config: NetworkConfig,
    walking_knowledge: Knowledge,
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match=r"--share is 1.5; give a number from 0"):
        blend(*files, 1.5, tmp_path)
    other = tmp_path / "other.safetensors"
    wider = dataclasses.replace(tiny_config, head_width=tiny_config.head_width * 2)
    save_weights(other, Network(wider), walking_knowledge)
    with pytest.raises(WeightsError, match="different shapes"):
        blend(files[0], other, 0.5, tmp_path)
