"""Import of published networks; their weight files are read as tensors only."""

from __future__ import annotations

import datetime
import hashlib
import pickle
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError, unknown_name
from drive2walk.experiment.provenance import current_commit
from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.network.tensor_file import load_state
from drive2walk.perception.network.trunks.registry import PUBLISHED
from drive2walk.perception.network.weights import ENDING, Knowledge, write_weights
from drive2walk.robot.surfaces import DRIVABLE


def import_published(name: str, file: Path, out: Path) -> Path:
    """Convert a published weight file to this project's format, with a card.

    Args:
        name: Name of the network in ``PUBLISHED``.
        file: Published weights, written by torch.save.
        out: Folder for NAME.safetensors and NAME.md.

    Returns:
        The safetensors file.

    Raises:
        WeightsError: The name is unknown, or the file is missing, broken, holds more than
            tensors, or has a tensor whose name or shape doesn't fit the network.
    """
    if name not in PUBLISHED:
        raise WeightsError(unknown_name("published network", name, PUBLISHED))
    published = PUBLISHED[name]
    tensors = published.rename_keys(read_tensors_only(file))
    parts: dict[str, nn.Module] = {"trunk": published.trunk()}
    if published.decoder is not None:
        parts["decoder"] = published.decoder()
    load_state(nn.ModuleDict(parts), tensors, file)
    if published.to_rgb is not None:
        tensors = published.to_rgb(tensors)
    config = NetworkConfig(trunk=name, published=published.decoder is not None)
    knowledge = Knowledge(
        *(published.surfaces, False, DRIVABLE, published.input_size),
        rest=published.rest,
        enlarge=True,
    )
    path = out / f"{name}{ENDING}"
    write_weights(path, tensors, config, knowledge)
    path.with_suffix(".md").write_text(_card_text(name, file, tensors), encoding="utf-8")
    return path


def read_tensors_only(file: Path) -> dict[str, Tensor]:
    """Return the state dict in a file of torch.save, without running code from the file.

    Raises:
        WeightsError: The file is missing, broken, or holds more than named tensors.
    """
    try:
        with warnings.catch_warnings():
            # torch.load warns about a pickle format that it then refuses.
            warnings.simplefilter("ignore", UserWarning)
            state = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"'{file}' can't be read as tensors alone, and code in it isn't run. "
            "Give a state dict that torch.save wrote."
        ) from error
    except (OSError, EOFError, RuntimeError, ValueError, KeyError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise WeightsError(f"can't read '{file}': {reason}. Give an intact file.") from error
    plain = isinstance(state, dict) and all(
        isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items()
    )
    if not plain:
        raise WeightsError(
            f"'{file}' holds more than named tensors. Give the network's state dict."
        )
    return dict(state)


def _card_text(name: str, file: Path, tensors: dict[str, Tensor]) -> str:
    published = PUBLISHED[name]
    parameters = sum(
        tensor.numel()
        for key, tensor in tensors.items()
        if not key.endswith(("running_mean", "running_var", "num_batches_tracked"))
    )
    width, height = published.input_size
    surfaces = ", ".join(published.surfaces) or "none yet: a trunk without heads"
    rows = {
        "network": published.source,
        "weights": f"published weights, imported from `{file.name}`; their licence applies",
        "sha256 of that file": hashlib.sha256(file.read_bytes()).hexdigest(),
        "command": f"`drive2walk perception import --from {name} {file.name} --out OUT`",
        "parameters": str(parameters),
        "surfaces": surfaces + (", and everything else" if published.rest else ""),
        "input": f"{width}x{height}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "code": f"commit {current_commit()}",
    }
    lines = [f"# {name}", "", "| | |", "|---|---|"]
    return "\n".join([*lines, *(f"| {key} | {value} |" for key, value in rows.items())]) + "\n"
