"""The moving average of a network's weights, which is what a run releases."""

from __future__ import annotations

from typing import cast

from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from drive2walk.perception.network.network import Network

Tensors = tuple[Tensor, ...] | list[Tensor]


class MovingAverage:
    """Exponential moving average of the weights and batch-norm statistics of a network.

    Args:
        network: Network to average; its weights are the first average.
        decay: Greatest decay.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self._decay = decay
        self._average = AveragedModel(network, use_buffers=True)
        self._average.eval().requires_grad_(False)
        # AveragedModel would replace an average of no members by the network at the first update.
        self._average.n_averaged.fill_(1)

    @property
    def network(self) -> Network:
        """The averaged network, in evaluation mode."""
        return cast(Network, self._average.module)

    def update(self, network: Network, step: int) -> None:
        """Add the weights of ``network`` after a step.

        The decay is lower in the first steps, or the random start would count for thousands of
        steps.
        """
        blend = get_ema_multi_avg_fn(min(self._decay, (1 + step) / (10 + step)))

        def blend_numbers(averages: Tensors, currents: Tensors, count: Tensor | int) -> None:
            if averages[0].is_floating_point():
                blend(averages, currents, count)
                return
            # Counters of batch norms are copied.
            for average, current in zip(averages, currents, strict=True):
                average.copy_(current)

        self._average.multi_avg_fn = blend_numbers
        self._average.update_parameters(network)
