"""Gradients that are the mean over all processes of a training run."""

from __future__ import annotations

import torch

from drive2walk.locomotion.training.distributed.processes import TrainingProcesses


class GradientMean:
    """Replaces a network's gradients by their mean over all processes, in each backward pass.

    torch's DistributedDataParallel hooks into ``forward``, which PPO's update doesn't call. The
    gradients travel in one buffer, because each message costs more than its bytes.

    Args:
        network: A network with the same weights in each process, of which every parameter gets a
            gradient in every pass.
        processes: Processes that compute gradients.
    """

    def __init__(self, network: torch.nn.Module, processes: TrainingProcesses) -> None:
        self._parameters = [p for p in network.parameters() if p.requires_grad]
        self._processes = processes
        self._missing = len(self._parameters)
        for parameter in self._parameters:
            parameter.register_post_accumulate_grad_hook(self._count_gradient)

    def _count_gradient(self, _: torch.Tensor) -> None:
        self._missing -= 1
        if self._missing:
            return
        self._missing = len(self._parameters)
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        buffer = torch.nn.utils.parameters_to_vector(gradients)
        torch.nn.utils.vector_to_parameters(self._processes.mean(buffer), gradients)
