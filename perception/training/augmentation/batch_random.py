"""Random numbers for a batch on a device, determined by a seed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class BatchRandom:
    """Random numbers for every image of a batch.

    Args:
        seed: Numbers that determine the sequence of draws.
        count: Number of images.
        device: Device of the draws.
    """

    def __init__(self, seed: tuple[int, ...], count: int, device: torch.device) -> None:
        self.count = count
        self._generator = torch.Generator(device)
        self._generator.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Return uniform draws from [low, high), (count, *shape)."""
        drawn = torch.rand(
            (self.count, *shape), generator=self._generator, device=self._generator.device
        )
        return low + (high - low) * drawn

    def normal(self, *shape: int) -> Tensor:
        """Return draws from the standard normal distribution, (count, *shape)."""
        return torch.randn(
            (self.count, *shape), generator=self._generator, device=self._generator.device
        )
