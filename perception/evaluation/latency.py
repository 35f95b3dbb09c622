"""Latency of each stage of a network: trunk, neck and each head."""

from __future__ import annotations

import statistics
import time
from typing import Any

import torch
from torch import nn

from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.network import Network

WARM_UP_PASSES = 3


def stage_latency_ms(network: Network, size: tuple[int, int], repeats: int) -> dict[str, float]:
    """Return the median latency in milliseconds of each stage, for one image on one thread.

    Batch norms are folded, as in the predictor.

    Args:
        network: Network in evaluation mode.
        size: Width and height of the image in pixels.
        repeats: Number of timed passes, after a few passes to warm up.

    Returns:
        The latency of each stage by its name, in the order of computation, and of the whole
        network as "total".
    """
    network = fold_batch_norms(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    x = torch.rand(1, 3, size[1], size[0]).contiguous(memory_format=torch.channels_last)
    passes: list[dict[str, float]] = []
    for name, stage in network.named_children():
        _add_timer(stage, name, passes)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            for _ in range(WARM_UP_PASSES + repeats):
                passes.append({})
                started = time.perf_counter()
                network(x)
                passes[-1]["total"] = time.perf_counter() - started
    finally:
        torch.set_num_threads(threads)
    kept = passes[WARM_UP_PASSES:]
    return {name: 1000 * statistics.median(p[name] for p in kept) for name in kept[0]}


def _add_timer(stage: nn.Module, name: str, passes: list[dict[str, float]]) -> None:
    """Make ``stage`` write its latency in seconds to the last item of ``passes``."""

    def start(module: nn.Module, inputs: Any) -> None:
        passes[-1][name] = -time.perf_counter()

    def stop(module: nn.Module, inputs: Any, output: Any) -> None:
        passes[-1][name] += time.perf_counter()

    stage.register_forward_pre_hook(start)
    stage.register_forward_hook(stop)
