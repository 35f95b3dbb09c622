import time

import pytest
import torch
from torch import nn

from drive2walk.perception.evaluation.latency import stage_latency_ms
from drive2walk.perception.network.network import Network


class Slow(nn.Module):
    """A stage that takes 20 ms longer."""

    def __init__(self, stage: nn.Module) -> None:
        super().__init__()
        self.stage = stage

    def forward(self, *inputs: object) -> object:
        time.sleep(0.02)
        return self.stage(*inputs)


def test_every_stage_is_timed_by_itself(tiny_network: Network) -> None:
    tiny_network.surface_head = Slow(tiny_network.surface_head)  # type: ignore[assignment]
    threads = torch.get_num_threads()
    times = stage_latency_ms(tiny_network, (64, 48), repeats=3)
    assert list(times) == ["trunk", "neck", "surface_head", "depth_head", "total"]
    assert times["surface_head"] > 20
    assert times["surface_head"] > times["depth_head"]
    stages = sum(value for name, value in times.items() if name != "total")
    assert times["total"] == pytest.approx(stages, rel=0.5)
    assert torch.get_num_threads() == threads
