"""Weight files: safetensors whose metadata describe the network and its training."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import torch

from drive2walk.experiment.config import build
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.tensor_file import load_state, read_tensors, write_tensors
from drive2walk.robot.surfaces import SURFACES, TAXONOMY_VERSION

ENDING = ".safetensors"


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """What a network was trained on.

    Attributes:
        surfaces: Surfaces that the surface head was trained on.
        depth: Whether the depth head was trained.
        walkable: Surfaces that count as walkable for this network; the drivable ones for a
            network that was only trained on driving.
        input_size: Width and height that the network was trained for. Larger images are shrunk
            to the same area.
        taxonomy_version: Version of the list of surfaces.
        rest: Whether the network also recognises everything that is none of ``surfaces``; the
            other surfaces then share that probability.
        enlarge: Whether smaller images are enlarged to the area of ``input_size``.
    """

    surfaces: tuple[str, ...]
    depth: bool
    walkable: tuple[str, ...]
    input_size: tuple[int, int]
    taxonomy_version: int = TAXONOMY_VERSION
    rest: bool = False
    enlarge: bool = False


def save_weights(path: Path, network: Network, knowledge: Knowledge) -> None:
    """Write the tensors, the shape and the knowledge of a network, completely or not at all."""
    write_weights(path, network.state_dict(), network.config, knowledge)


def write_weights(
    path: Path, tensors: dict[str, torch.Tensor], config: NetworkConfig, knowledge: Knowledge
) -> None:
    """Write tensors of a network of shape ``config``, completely or not at all."""
    metadata = {
        "network": json.dumps(dataclasses.asdict(config)),
        "knowledge": json.dumps(dataclasses.asdict(knowledge)),
    }
    write_tensors(path, tensors, metadata)


def load_weights(path: Path) -> tuple[Network, Knowledge]:
    """Return the network in evaluation mode, and its knowledge.

    Raises:
        WeightsError: The file is missing, broken, not written by this project, or holds only a
            trunk.
    """
    tensors, metadata = read_tensors(path)
    config, knowledge = _read_description(path, metadata)
    if not knowledge.surfaces:
        raise WeightsError(
            f"'{path}' holds a trunk without heads, which sees nothing yet. "
            "Train heads on it: 'finetune' takes it as --weights."
        )
    network = Network(config)
    load_state(network, tensors, path)
    return network.eval(), knowledge


def read_config(path: Path) -> NetworkConfig:
    """Return the shape of the network in a weight file.

    Raises:
        WeightsError: The file is missing, broken, or not written by this project.
    """
    return _read_description(path, read_tensors(path)[1])[0]


def read_knowledge(path: Path) -> Knowledge:
    """Return the knowledge of the network in a weight file.

    Raises:
        WeightsError: The file is missing, broken, or not written by this project.
    """
    return _read_description(path, read_tensors(path)[1])[1]


def has_heads(path: Path) -> bool:
    """Return whether a weight file holds a neck and heads of this project.

    Raises:
        WeightsError: The file is missing or broken.
    """
    return any(name.startswith("surface_head.") for name in read_tensors(path)[0])


def load_trunk(network: Network, path: Path) -> None:
    """Copy the trunk of a weight file into ``network``, without changing neck and heads.

    Raises:
        WeightsError: The file can't be read, or holds another kind of trunk.
    """
    tensors, metadata = read_tensors(path)
    given, wanted = _read_description(path, metadata)[0].trunk, network.config.trunk
    if given != wanted:
        raise WeightsError(
            f"'{path}' holds the trunk '{given}', the network has '{wanted}'. "
            f"Set the config's network to {{trunk: {given}}}, or give weights of '{wanted}'."
        )
    prefix = "trunk."
    kept = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    load_state(network.trunk, kept, path)


def _read_description(path: Path, metadata: dict[str, Any]) -> tuple[NetworkConfig, Knowledge]:
    try:
        config = build(NetworkConfig, json.loads(metadata["network"]), str(path))
        knowledge = build(Knowledge, json.loads(metadata["knowledge"]), str(path))
    except (KeyError, ValueError, ConfigError) as error:
        raise WeightsError(
            f"'{path}' has no readable description of its network ({error}). "
            "Give weights that 'drive2walk perception' wrote."
        ) from error
    if knowledge.taxonomy_version != TAXONOMY_VERSION or set(knowledge.surfaces) - set(SURFACES):
        raise WeightsError(
            f"'{path}' was trained with surface taxonomy {knowledge.taxonomy_version}, this "
            f"version has {TAXONOMY_VERSION}. Train the network again."
        )
    return config, knowledge
