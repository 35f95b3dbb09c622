"""Checkpoints of a PPO run: networks, optimiser and counters in one safetensors file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from stable_baselines3 import PPO

from drive2walk.experiment.errors import WeightsError

FILE = "checkpoint.safetensors"


def save_checkpoint(folder: Path, model: PPO, extra: dict[str, float]) -> None:
    """Write the state of ``model`` and the numbers ``extra``; never leaves half a file."""
    tensors = {f"policy.{k}": v.contiguous() for k, v in model.policy.state_dict().items()}
    for index, state in model.policy.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"optimizer.{index}.{name}"] = torch.as_tensor(value).contiguous()
    partial = folder / f"{FILE}.partial"
    save_file(tensors, str(partial), metadata={"extra": json.dumps(extra)})
    partial.replace(folder / FILE)


def load_checkpoint(folder: Path, model: PPO) -> dict[str, Any]:
    """Put a checkpoint's state into ``model`` and return its numbers.

    Raises:
        WeightsError: there is no checkpoint in ``folder``, or not of this network.
    """
    path = folder / FILE
    if not path.is_file():
        raise WeightsError(f"no checkpoint in '{folder}'. Train there without --resume first.")
    try:
        with safe_open(str(path), framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            extra = json.loads((file.metadata() or {})["extra"])
        prefix = "policy."
        model.policy.load_state_dict(
            {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
        )
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsError(f"'{path}' is no checkpoint of this run: {reason}") from error
    optimizer = model.policy.optimizer.state_dict()
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".")
            state.setdefault(int(index), {})[name] = value
    model.policy.optimizer.load_state_dict({**optimizer, "state": state})
    return extra
