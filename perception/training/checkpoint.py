"""A checkpoint: the whole state of a run in one file, which is written completely or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.network.tensor_file import load_state, read_tensors, write_tensors

CHECKPOINT = "checkpoint.safetensors"


def write_checkpoint(
    out: Path,
    networks: dict[str, nn.Module],
    optimizer: torch.optim.Optimizer,
    state: dict[str, Any],
) -> None:
    """Write a checkpoint to a folder.

    Args:
        out: Folder of the run.
        networks: Networks by name.
        optimizer: Optimizer, whose moments are written.
        state: Everything else, as values that JSON can hold.
    """
    tensors = {
        f"{name}.{key}": value
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{key}": value for key, value in moments.items()}
    write_tensors(out / CHECKPOINT, tensors, {"state": json.dumps(state)})


def read_checkpoint(
    out: Path, networks: dict[str, nn.Module], optimizer: torch.optim.Optimizer
) -> dict[str, Any]:
    """Load a checkpoint of ``write_checkpoint`` into networks and optimizer; return the state.

    Raises:
        WeightsError: There is no checkpoint in ``out``, or it belongs to another run.
    """
    path = out / CHECKPOINT
    if not path.is_file():
        raise WeightsError(f"no '{path}' to resume from. Start the run without --resume.")
    tensors, metadata = read_tensors(path)
    for name, network in networks.items():
        load_state(network, _select_prefix(f"{name}.", tensors), path)
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _select_prefix("optimizer.", tensors).items():
        index, key = name.split(".")
        moments.setdefault(int(index), {})[key] = tensor
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    state: dict[str, Any] = json.loads(metadata["state"])
    return state


def _select_prefix(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
