from pathlib import Path

import pytest

from drive2walk.checkpoints.released import CHECKPOINTS, load_controller, policy_path, weights_path
from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge, save_weights


@pytest.fixture
def saved(tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge) -> Path:
    path = tmp_path / "mine.safetensors"
    save_weights(path, tiny_network, walking_knowledge)
    return path


def test_released_weights_are_found_by_name_and_others_by_path(saved: Path) -> None:
    assert weights_path("mine", saved.parent) == saved
    assert weights_path(str(saved)) == saved
    assert weights_path("walking") == CHECKPOINTS / "walking.safetensors"


def test_unknown_weights_list_the_released_ones(saved: Path) -> None:
    with pytest.raises(WeightsError, match=r"Allowed: driving, walking. Did you mean 'walking'"):
        weights_path("waking")
    with pytest.raises(WeightsError, match=r"Allowed: mine"):
        weights_path("driving", saved.parent)
    with pytest.raises(WeightsError, match=r"gone\.safetensors"):
        weights_path("gone.safetensors")


def test_a_policy_is_found_by_name_folder_and_path(tmp_path: Path) -> None:
    released = CHECKPOINTS / "unitree_g1.safetensors"
    assert policy_path("unitree_g1") == released
    assert policy_path(str(released)) == released
    assert policy_path(str(tmp_path)) == tmp_path / "policy.safetensors"


def test_policies_and_perception_weights_are_not_confused() -> None:
    with pytest.raises(WeightsError, match="Allowed: booster_t1, unitree_g1, unitree_h1"):
        policy_path("walking")
    with pytest.raises(WeightsError, match="Allowed: driving, walking"):
        weights_path("unitree_g1")


def test_a_robot_without_a_policy_is_named() -> None:
    with pytest.raises(WeightsError, match=r"'unitree_g2'.*drive2walk locomotion train"):
        load_controller("unitree_g2")
