"""A checkpoint of PPO: networks, optimiser and a few numbers in one safetensors file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from stable_baselines3 import PPO

from drive2walk.experiment.errors import WeightsError

CHECKPOINT_FILE = "checkpoint.safetensors"
POLICY_PREFIX, OPTIMIZER_PREFIX = "policy.", "optimizer."


def save_checkpoint(folder: Path, model: PPO, numbers: dict[str, float]) -> None:
    """Write the state of ``model`` and ``numbers``; a reader never sees half a file."""
    tensors = {
        f"{POLICY_PREFIX}{name}": tensor.contiguous()
        for name, tensor in model.policy.state_dict().items()
    }
    for index, state in model.policy.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"{OPTIMIZER_PREFIX}{index}.{name}"] = torch.as_tensor(value).contiguous()
    partial = folder / f"{CHECKPOINT_FILE}.partial"
    save_file(tensors, str(partial), metadata={"extra": json.dumps(numbers)})
    partial.replace(folder / CHECKPOINT_FILE)


def load_checkpoint(folder: Path, model: PPO) -> dict[str, Any]:
    """Load a checkpoint into ``model`` and return its numbers.

    Raises:
        WeightsError: There is no checkpoint in ``folder``, or it is not of this network.
    """
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        raise WeightsError(f"no checkpoint in '{folder}'. Train there without --resume first.")
    try:
        with safe_open(str(path), framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            numbers = json.loads((file.metadata() or {})["extra"])
        policy = {
            key.removeprefix(POLICY_PREFIX): tensor
            for key, tensor in tensors.items()
            if key.startswith(POLICY_PREFIX)
        }
        model.policy.load_state_dict(policy)
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsError(f"'{path}' is no checkpoint of this run: {reason}") from error
    optimizer = model.policy.optimizer.state_dict()
    optimizer["state"] = _optimizer_state(tensors)
    model.policy.optimizer.load_state_dict(optimizer)
    return numbers


def _optimizer_state(tensors: dict[str, torch.Tensor]) -> dict[int, dict[str, torch.Tensor]]:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        if key.startswith(OPTIMIZER_PREFIX):
            _, index, name = key.split(".")
            state.setdefault(int(index), {})[name] = tensor
    return state
