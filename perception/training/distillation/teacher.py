"""A teacher: a trained network whose soft labels another network learns from."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.folding import folded
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.distillation.privileged import INPUTS
from drive2walk.robot.surfaces import SURFACES


class Teacher:
    """Answers with logits for a batch; it does not learn.

    Attributes:
        among: (num_surfaces,) bool: the classes that it can name.
        rest: whether it also tells what is none of these.
    """

    def __init__(self, network: Network, knowledge: Knowledge, sees: str = "camera") -> None:
        """Take a trained network, and what it is fed: "camera" or "camera+depth"."""
        self.network = folded(network.eval()).requires_grad_(False)
        self.among = torch.tensor([name in knowledge.surfaces for name in SURFACES])
        self.rest = knowledge.rest
        self._input = INPUTS[sees]

    def to(self, device: torch.device) -> Teacher:
        """Move to ``device``, in place."""
        self.network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.among = self.among.to(device)
        return self

    def __call__(self, batch: Batch) -> Tensor:
        """Return logits (n, num_surfaces, h/2, w/2)."""
        with torch.inference_mode():
            x = self._input(batch.rgb, batch.depth)
            logits = self.network(x.contiguous(memory_format=torch.channels_last)).surfaces
        return logits.float().clone()
