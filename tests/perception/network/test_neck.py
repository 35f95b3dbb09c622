import pytest
import torch
from torch import nn

from drive2walk.perception.network.neck import EPSILON, Fusion, Neck, resize_as


def test_fusion_is_a_weighted_mean_before_its_convolution() -> None:
    fusion = Fusion(3, 4)
    fusion.conv = nn.Identity()
    with torch.no_grad():
        fusion.weights.copy_(torch.tensor([1.0, 3.0, -2.0]))
    ones = torch.ones(1, 4, 2, 2)
    fused = fusion(ones, 2 * ones, 100 * ones)
    # A negative weight counts as 0: (1 * 1 + 3 * 2) / 4.
    assert torch.allclose(fused, torch.full_like(fused, 7 / (4 + EPSILON)))


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_every_level_reaches_the_output(levels: int) -> None:
    torch.manual_seed(0)
    channels = (8, 16, 24, 32)[:levels]
    sizes = [(16, 24), (8, 12), (4, 6), (2, 3)][:levels]
    neck = Neck(channels, 8).eval()
    features = [
        torch.rand(1, c, *size, requires_grad=True) for c, size in zip(channels, sizes, strict=True)
    ]
    out = neck(features)
    assert out.shape == (1, 8, 16, 24)
    out.square().sum().backward()
    assert all(f.grad is not None and f.grad.abs().sum() > 0 for f in features)


def test_resize_keeps_a_constant() -> None:
    x = torch.full((1, 2, 3, 5), 0.7)
    assert torch.allclose(resize_as(x, torch.zeros(1, 1, 7, 9)), torch.full((1, 2, 7, 9), 0.7))
