"""How long each stage of a network takes: trunk, neck, and every head."""

from __future__ import annotations

import statistics
import time
from typing import Any

import torch
from torch import nn

from drive2walk.perception.network.folding import folded
from drive2walk.perception.network.network import Network

WARM_UP = 3


def stage_latency_ms(network: Network, size: tuple[int, int], repeats: int) -> dict[str, float]:
    """Return the median milliseconds of each stage, and of the whole, for one image on one thread.

    Batch norms are folded, as the predictor does it.

    Args:
        network: in evaluation mode.
        size: width and height of the image in pixels.
        repeats: passes of which the median is taken, after a few to warm up.

    Returns:
        The network's parts by name in the order of their work, and "total".
    """
    network = folded(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    x = torch.rand(1, 3, size[1], size[0]).contiguous(memory_format=torch.channels_last)
    passes: list[dict[str, float]] = []
    for name, stage in network.named_children():
        _time(stage, name, passes)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            for _ in range(WARM_UP + repeats):
                passes.append({})
                started = time.perf_counter()
                network(x)
                passes[-1]["total"] = time.perf_counter() - started
    finally:
        torch.set_num_threads(threads)
    kept = passes[WARM_UP:]
    return {name: 1000 * statistics.median(p[name] for p in kept) for name in kept[0]}


def _time(stage: nn.Module, name: str, passes: list[dict[str, float]]) -> None:
    """Note in the last of ``passes`` how long ``stage`` takes."""

    def start(module: nn.Module, inputs: Any) -> None:
        passes[-1][name] = -time.perf_counter()

    def stop(module: nn.Module, inputs: Any, output: Any) -> None:
        passes[-1][name] += time.perf_counter()

    stage.register_forward_pre_hook(start)
    stage.register_forward_hook(stop)
