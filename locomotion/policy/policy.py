"""The trained network as numbers: a small ELU perceptron in numpy, kept as safetensors."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import WeightsError
from drive2walk.robot.geometry.arrays import Array

FORMAT = "drive2walk walking policy 1"


@dataclasses.dataclass(frozen=True)
class Policy:
    """Layers of a perceptron with ELU between them.

    Attributes:
        weights: Weights of each layer, (outputs, inputs).
        biases: Biases of each layer, (outputs,).
        metadata: Robot, gait, residual, observations and commands of the training; plain values.
    """

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    metadata: dict[str, Any]

    def __call__(self, observation: NDArray[np.float32]) -> Array:
        """Return the mean actions (N, actions) for observations (N, inputs)."""
        value = observation
        last = len(self.weights) - 1
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = value @ weight.T + bias
            if index < last:
                value = np.where(value > 0, value, np.expm1(np.minimum(value, 0)))
        return value.astype(np.float64)

    def save(self, path: Path) -> None:
        """Write the policy to ``path``; a reader never sees half a file."""
        from safetensors.numpy import save_file  # a deployed policy is read by numpy alone

        tensors = {}
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            tensors[f"layer{index}.weight"] = np.ascontiguousarray(weight)
            tensors[f"layer{index}.bias"] = np.ascontiguousarray(bias)
        partial = path.with_suffix(".partial")
        metadata = {"format": FORMAT, "policy": json.dumps(self.metadata)}
        save_file(tensors, str(partial), metadata=metadata)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Return the policy that ``path`` holds.

        Raises:
            WeightsError: there is no such file, or it holds something else.
        """
        from safetensors import SafetensorError, safe_open

        if not path.is_file():
            raise WeightsError(f"no policy '{path}'. Train one: drive2walk locomotion train.")
        try:
            with safe_open(str(path), framework="numpy") as file:
                metadata = file.metadata() or {}
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise WeightsError(f"'{path}' is not a safetensors file: {error}.") from error
        if metadata.get("format") != FORMAT:
            raise WeightsError(f"'{path}' holds no walking policy. Give one that train wrote.")
        count = len(tensors) // 2
        return cls(
            tuple(tensors[f"layer{i}.weight"] for i in range(count)),
            tuple(tensors[f"layer{i}.bias"] for i in range(count)),
            json.loads(metadata["policy"]),
        )
