"""The neck: one layer of a BiFPN, which mixes features of different strides.

BiFPN: Tan et al., "EfficientDet" (2020). A top-down and a bottom-up pass fuse features with
learned, normalised weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from drive2walk.perception.network.convolution import SeparableConv, conv_bn

EPSILON = 1e-4


class Fusion(nn.Module):
    """A weighted mean of maps of one shape, followed by a separable convolution."""

    def __init__(self, num_inputs: int, width: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.ones(num_inputs))
        self.conv = SeparableConv(width, width)

    def forward(self, *maps: Tensor) -> Tensor:
        """Map tensors (n, width, h, w) to one of the same shape."""
        weights = torch.relu(self.weights)
        weights = weights / (weights.sum() + EPSILON)
        fused = maps[0] * weights[0]
        for i, feature in enumerate(maps[1:], 1):
            fused = fused + weights[i] * feature
        return self.conv(fused)


def resize_as(x: Tensor, reference: Tensor) -> Tensor:
    """Return ``x`` bilinearly resized to the height and width of ``reference``."""
    size = (reference.shape[-2], reference.shape[-1])
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class Neck(nn.Module):
    """Fusion of maps of strides 4, 8 and so on: down the pyramid, up, and down again."""

    def __init__(self, channels: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Sequential(*conv_bn(c, width)) for c in channels)
        levels = len(channels)
        self.down = nn.ModuleList(Fusion(2, width) for _ in range(levels - 1))
        # On the way up, a middle level also gets its own input again; the last level has two maps.
        self.up = nn.ModuleList(Fusion(3 if i < levels - 1 else 2, width) for i in range(1, levels))
        self.final = nn.ModuleList(Fusion(2, width) for _ in range(levels - 1))

    def forward(self, features: list[Tensor]) -> Tensor:
        """Map features, from fine to coarse, to one map (n, width, h, w) of the finest stride."""
        inputs = [lateral(x) for lateral, x in zip(self.lateral, features, strict=True)]
        down = list(inputs)
        for i in range(len(inputs) - 2, -1, -1):
            down[i] = self.down[i](inputs[i], resize_as(down[i + 1], inputs[i]))
        up = [down[0]]
        for i in range(1, len(inputs)):
            below = F.max_pool2d(up[-1], 3, stride=2, padding=1)
            maps = [inputs[i], below] if i == len(inputs) - 1 else [inputs[i], down[i], below]
            up.append(self.up[i - 1](*maps))
        x = up[-1]
        for i in range(len(inputs) - 2, -1, -1):
            x = self.final[i](up[i], resize_as(x, up[i]))
        return x
