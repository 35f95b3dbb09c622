"""Weight files: safetensors whose metadata says what the network is and what it knows."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from drive2walk.experiment.config import build
from drive2walk.experiment.errors import ConfigError, WeightsError
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.robot.surfaces import SURFACES, TAXONOMY_VERSION

ENDING = ".safetensors"


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """What a network was taught.

    Attributes:
        surfaces: names of the classes its surface head was trained on.
        depth: whether its depth head was trained.
        walkable: the surfaces to step on, as far as this network is meant to say: the
            drivable ones for a network that only drove.
        input_size: width and height the network was trained for; images of another shape are
            shrunk to the same area.
        rest: whether it also tells what is none of ``surfaces``; the other classes of the
            taxonomy then share that among them.
        enlarge: whether smaller images are enlarged to that area too.
    """

    surfaces: tuple[str, ...]
    depth: bool
    walkable: tuple[str, ...]
    input_size: tuple[int, int]
    taxonomy_version: int = TAXONOMY_VERSION
    rest: bool = False
    enlarge: bool = False


def save_weights(path: Path, network: Network, knowledge: Knowledge) -> None:
    """Write the network's tensors, shape and knowledge to ``path``, whole or not at all."""
    write_weights(path, network.state_dict(), network.config, knowledge)


def write_weights(
    path: Path, tensors: dict[str, torch.Tensor], config: NetworkConfig, knowledge: Knowledge
) -> None:
    """Write tensors of a network of shape ``config`` to ``path``, whole or not at all."""
    metadata = {
        "network": json.dumps(dataclasses.asdict(config)),
        "knowledge": json.dumps(dataclasses.asdict(knowledge)),
    }
    write_tensors(path, tensors, metadata)


def load_weights(path: Path) -> tuple[Network, Knowledge]:
    """Return the network in evaluation mode, and what it knows.

    Raises:
        WeightsError: the file is missing, broken, not of this project's making, or holds no
            more than a trunk.
    """
    tensors, metadata = read_tensors(path)
    config, knowledge = _description(path, metadata)
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
        WeightsError: the file is missing, broken, or not of this project's making.
    """
    return _description(path, read_tensors(path)[1])[0]


def read_knowledge(path: Path) -> Knowledge:
    """Return what the network in a weight file was taught.

    Raises:
        WeightsError: the file is missing, broken, or not of this project's making.
    """
    return _description(path, read_tensors(path)[1])[1]


def has_heads(path: Path) -> bool:
    """Return whether a weight file holds neck and heads of this project beside its trunk.

    Raises:
        WeightsError: the file is missing or broken.
    """
    return any(name.startswith("surface_head.") for name in read_tensors(path)[0])


def load_trunk(network: Network, path: Path) -> None:
    """Copy the trunk of a weight file into ``network``; its neck and heads stay as they are.

    Raises:
        WeightsError: the file can't be read, or its trunk is another one.
    """
    tensors, metadata = read_tensors(path)
    held, wanted = _description(path, metadata)[0].trunk, network.config.trunk
    if held != wanted:
        raise WeightsError(
            f"'{path}' holds the trunk '{held}', the network has '{wanted}'. "
            f"Set the config's network to {{trunk: {held}}}, or give weights of '{wanted}'."
        )
    prefix = "trunk."
    kept = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    load_state(network.trunk, kept, path)


def _description(path: Path, metadata: dict[str, Any]) -> tuple[NetworkConfig, Knowledge]:
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
            f"'{path}' speaks taxonomy {knowledge.taxonomy_version}, this is "
            f"{TAXONOMY_VERSION}. Train it again."
        )
    return config, knowledge


def load_state(module: torch.nn.Module, tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Copy tensors into a module, or say what doesn't fit.

    Raises:
        WeightsError: names or shapes differ from the module's.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    held = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    wrong = [f"no '{name}'" for name in wanted if name not in held]
    wrong += [f"'{name}' is not part of it" for name in held if name not in wanted]
    wrong += [
        f"'{name}' is {held[name]}, {shape} is needed"
        for name, shape in wanted.items()
        if held.get(name, shape) != shape
    ]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise WeightsError(f"'{path}' doesn't fit this network: {wrong[0]}{more}.")
    module.load_state_dict(tensors)


def write_tensors(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file so that a kill at any moment leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contiguous = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(safetensors.torch.save(contiguous, metadata))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return a safetensors file's tensors and metadata.

    Raises:
        WeightsError: the file is missing or broken.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsError(f"can't read weights '{path}': {error}. Give an intact file.") from error
