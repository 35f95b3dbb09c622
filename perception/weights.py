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

from perception.network import Network, NetworkConfig
from perception.surfaces import SURFACES, TAXONOMY_VERSION
from robot.config import build
from robot.errors import ConfigError, WeightsError, unknown_name

ENDING = ".safetensors"
# What is released: a trunk that drove, and what it became.
RELEASED = ("driving", "walking")


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """What a network was taught.

    Attributes:
        surfaces: names of the classes its surface head was trained on.
        depth: whether its depth head was trained.
        walkable: the surfaces to step on, as far as this network is meant to say: the
            drivable ones for a network that only drove.
        input_size: width and height the network was trained for; images of another shape are
            resized to the same area.
    """

    surfaces: tuple[str, ...]
    depth: bool
    walkable: tuple[str, ...]
    input_size: tuple[int, int]
    taxonomy_version: int = TAXONOMY_VERSION


def find_weights(given: str | Path, folder: Path) -> Path:
    """Return the file of a path, or of one of the ``RELEASED`` names in ``folder``.

    Raises:
        WeightsError: there is no such file.
    """
    path = Path(given)
    if path.suffix == ENDING:
        if not path.is_file():
            raise WeightsError(f"no weight file '{path}'. Give a {ENDING} file that exists.")
        return path
    if given not in RELEASED:
        raise WeightsError(
            unknown_name("weights", str(given), RELEASED) + f" Or give a {ENDING} file."
        )
    path = folder / f"{given}{ENDING}"
    if not path.is_file():
        raise WeightsError(f"'{path}' is missing. Train it, or give another {ENDING} file.")
    return path


def save_weights(path: Path, network: Network, knowledge: Knowledge) -> None:
    """Write the network's tensors, shape and knowledge to ``path``, whole or not at all."""
    metadata = {
        "network": json.dumps(dataclasses.asdict(network.config)),
        "knowledge": json.dumps(dataclasses.asdict(knowledge)),
    }
    write_tensors(path, network.state_dict(), metadata)


def load_weights(path: Path) -> tuple[Network, Knowledge]:
    """Return the network in evaluation mode, and what it knows.

    Raises:
        WeightsError: the file is missing, broken, or not of this project's making.
    """
    tensors, metadata = read_tensors(path)
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
    network = Network(config)
    load_state(network, tensors, path)
    return network.eval(), knowledge


def load_state(module: torch.nn.Module, tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Copy tensors into a module, or say what doesn't fit.

    Raises:
        WeightsError: names or shapes differ from the module's.
    """
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise WeightsError(f"'{path}' doesn't fit this network: {reason}") from error


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
