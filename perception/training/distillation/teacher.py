"""A teacher: a trained network whose soft labels another network learns."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.network import Network
from drive2walk.perception.network.weights import Knowledge
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.distillation.network_inputs import INPUTS
from drive2walk.robot.surfaces import SURFACES


class Teacher:
    """Predicts logits for a batch, without learning.

    Args:
        network: Trained network.
        knowledge: Training data of the network.
        inputs: Name of the network's input in ``INPUTS``.

    Attributes:
        named: Surfaces that the network was trained on, (num_surfaces,), bool.
        rest: Whether it also recognises everything else.
    """

    def __init__(self, network: Network, knowledge: Knowledge, inputs: str = "camera") -> None:
        self.network = fold_batch_norms(network.eval()).requires_grad_(False)
        self.named = torch.tensor([name in knowledge.surfaces for name in SURFACES])
        self.rest = knowledge.rest
        self._build_input = INPUTS[inputs]

    def to(self, device: torch.device) -> Teacher:
        """Move to ``device``, in place."""
        self.network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.named = self.named.to(device)
        return self

    def __call__(self, batch: Batch) -> Tensor:
        """Return logits (n, num_surfaces, h/2, w/2)."""
        with torch.inference_mode():
            x = self._build_input(batch.rgb, batch.depth)
            logits = self.network(x.contiguous(memory_format=torch.channels_last)).surfaces
        return logits.float().clone()
