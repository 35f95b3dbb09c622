"""Chance for a batch: one draw for each image, a function of a seed alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class Chance:
    """Draws numbers for ``count`` images, on a device.

    Attributes:
        count: how many images a draw is for.
    """

    def __init__(self, seed: tuple[int, ...], count: int, device: torch.device) -> None:
        """Begin a sequence of draws; the same numbers in ``seed`` begin the same one."""
        self.count = count
        self._generator = torch.Generator(device)
        self._generator.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Return draws between two bounds, (count, *shape)."""
        drawn = torch.rand(
            (self.count, *shape), generator=self._generator, device=self._generator.device
        )
        return low + (high - low) * drawn

    def normal(self, *shape: int) -> Tensor:
        """Return draws of mean 0 and standard deviation 1, (count, *shape)."""
        return torch.randn(
            (self.count, *shape), generator=self._generator, device=self._generator.device
        )
