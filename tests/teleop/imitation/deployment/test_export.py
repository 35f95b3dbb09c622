"""The exported graphs do what the policy does."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.teleop.imitation.deployment import export
from drive2walk.teleop.imitation.deployment.export import ARMS, DESCRIPTION, EYE, export_arms
from drive2walk.teleop.imitation.inputs.image_features import Eye
from drive2walk.teleop.imitation.network import ArmNetwork, ArmNetworkConfig
from drive2walk.teleop.imitation.policy import ArmDescription, ArmPolicy
from drive2walk.teleop.imitation.scaling import Scaling

SHAPE = ArmNetworkConfig(width=32, layers=1, image_tokens=4, memory_tokens=2)
DESCRIBED = ArmDescription(SHAPE, 7, "unitree_g1", ("tote",), None, "")


@pytest.fixture
def policy() -> ArmPolicy:
    torch.manual_seed(0)
    eye = Eye(Network(NetworkConfig())).eval()
    return ArmPolicy(DESCRIBED, ArmNetwork(SHAPE, eye.width, 7), Scaling(7), eye)


def test_graphs_are_written_compared_and_timed(policy: ArmPolicy, tmp_path: Path) -> None:
    report = export_arms(policy, tmp_path)
    assert set(report["differences"]) == set(report["step_ms"]) == {EYE, ARMS}
    assert max(report["differences"].values()) < 1e-4
    assert all((tmp_path / name).is_file() for name in (EYE, ARMS))
    described = json.loads((tmp_path / DESCRIPTION).read_text())
    assert described == json.loads(json.dumps(dataclasses.asdict(DESCRIBED)))


def test_a_graph_that_differs_is_not_written(
    policy: ArmPolicy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_DIFFERENCE", -1.0)
    with pytest.raises(WeightsError, match="differs from PyTorch"):
        export_arms(policy, tmp_path)
    assert not (tmp_path / EYE).exists()
