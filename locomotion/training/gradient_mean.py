"""Gradients that are those of all members of a team, whoever computes them."""

from __future__ import annotations

import torch

from drive2walk.locomotion.training.team import Team


class GradientMean:
    """Replaces a network's gradients by the team's mean, at the end of each backward pass.

    Args:
        network: each of its parameters has a gradient in each pass, and the same weights in each
            member.
        team: whose members learn.
    """

    def __init__(self, network: torch.nn.Module, team: Team) -> None:
        self._parameters = [p for p in network.parameters() if p.requires_grad]
        self._team = team
        self._missing = len(self._parameters)
        for parameter in self._parameters:
            parameter.register_post_accumulate_grad_hook(self._computed)

    def _computed(self, _: torch.Tensor) -> None:
        self._missing -= 1
        if self._missing:
            return
        self._missing = len(self._parameters)
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        own = torch.nn.utils.parameters_to_vector(gradients)
        shared = torch.from_numpy(self._team.mean(own.numpy()).copy())
        torch.nn.utils.vector_to_parameters(shared, gradients)
