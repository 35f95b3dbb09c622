"""The building blocks of ESPNet, which TwinLiteNet uses as well.

Mehta et al., "ESPNet: Efficient Spatial Pyramid of Dilated Convolutions for Semantic
Segmentation" (ECCV 2018). Module names follow the published state dict.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

BN_EPSILON = 1e-3
DILATIONS = (1, 2, 4, 8, 16)


class SpatialPyramid(nn.Module):
    """The ESP module: a reduction, five dilated convolutions, and their cumulative sums.

    The sums, from small to large dilations, are the paper's hierarchical feature fusion. Without
    them the gaps of the large dilations show as a grid.

    Args:
        c_in: Channels of the input.
        c_out: Channels of the output.
        stride: Stride of the reduction.
        residual: Whether the input is added to the output.
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__()
        width = c_out // len(DILATIONS)
        kernel = 1 if stride == 1 else 3
        self.residual = residual
        reduction = nn.Conv2d(c_in, width, kernel, stride, kernel // 2, bias=False)
        self.c1 = named_sequential(conv=reduction)
        for dilation in DILATIONS:
            branch = c_out - (len(DILATIONS) - 1) * width if dilation == 1 else width
            conv = nn.Conv2d(width, branch, 3, padding=dilation, dilation=dilation, bias=False)
            self.add_module(f"d{dilation}", named_sequential(conv=conv))
        self.bn = norm_act(c_out)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c_in, h, w) to (n, c_out, h / stride, w / stride)."""
        reduced = self.c1(x)
        first, *others = (self.get_submodule(f"d{d}")(reduced) for d in DILATIONS)
        sums = [others[0]]
        for branch in others[1:]:
            sums.append(sums[-1] + branch)
        merged = torch.cat([first, *sums], dim=1)
        return self.bn(x + merged if self.residual else merged)


def named_sequential(**layers: nn.Module) -> nn.Sequential:
    """Return the layers in order, under the names of their weights."""
    return nn.Sequential(OrderedDict(layers))


def norm_act(width: int) -> nn.Sequential:
    """Return a batch norm and a PReLU with one slope for each channel."""
    return named_sequential(bn=nn.BatchNorm2d(width, BN_EPSILON), act=nn.PReLU(width))


def conv_norm_act(c_in: int, c_out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution, padded to keep the size, with batch norm and PReLU."""
    conv = nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False)
    return named_sequential(conv=conv, bn=nn.BatchNorm2d(c_out, BN_EPSILON), act=nn.PReLU(c_out))


def build_pyramids(width: int, count: int) -> nn.ModuleList:
    """Return ``count`` residual ESP modules of one width."""
    return nn.ModuleList(SpatialPyramid(width, width, residual=True) for _ in range(count))


def upsample_2x(width: int, c_out: int | None = None) -> nn.ConvTranspose2d:
    """Return a learned upsampling to twice the size."""
    return nn.ConvTranspose2d(width, c_out or width, 2, stride=2, bias=False)


def halve_size(x: Tensor) -> Tensor:
    """Return images (n, c, h, w) at half the size, to be concatenated with features."""
    return nn.functional.avg_pool2d(x, 3, stride=2, padding=1)


def apply_all(layers: nn.ModuleList, x: Tensor) -> Tensor:
    """Return the result of applying ``layers`` in order."""
    for layer in layers:
        x = layer(x)
    return x
