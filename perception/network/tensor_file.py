"""Safetensors files: tensors and text metadata, written completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from drive2walk.experiment.errors import WeightsError


def write_tensors(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file; an interruption at any moment leaves the old or the new file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contiguous = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(safetensors.torch.save(contiguous, metadata))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return the tensors and the metadata of a safetensors file.

    Raises:
        WeightsError: The file is missing or broken.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsError(f"can't read weights '{path}': {error}. Give an intact file.") from error


def load_state(module: torch.nn.Module, tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Copy tensors into a module.

    Args:
        module: Module to change in place.
        tensors: New state, with the names and the shapes of the module's state.
        path: File of the tensors, named in errors.

    Raises:
        WeightsError: A name or a shape differs from the module's.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    problems = [f"no '{name}'" for name in wanted if name not in given]
    problems += [f"'{name}' is not part of it" for name in given if name not in wanted]
    problems += [
        f"'{name}' is {given[name]}, {shape} is needed"
        for name, shape in wanted.items()
        if given.get(name, shape) != shape
    ]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise WeightsError(f"'{path}' doesn't fit this network: {problems[0]}{more}.")
    module.load_state_dict(tensors)
