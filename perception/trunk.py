"""The trunk: a RegNetY, features at strides 2 to 32.

RegNet: Radosavovic et al., "Designing Network Design Spaces" (2020). Module names follow
torchvision's RegNet, so that a published state dict of the same shape fits key by key.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict

import torch
from torch import Tensor, nn


@dataclasses.dataclass(frozen=True)
class TrunkConfig:
    """Shape of a RegNetY: channels and blocks of its four stages (strides 4, 8, 16, 32)."""

    stem_width: int = 32
    widths: tuple[int, int, int, int] = (32, 64, 160, 352)
    depths: tuple[int, int, int, int] = (1, 2, 5, 4)
    group_width: int = 16
    se_ratio: float = 0.25


def conv_bn(c_in: int, c_out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list:
    """Return a convolution without bias and its batch norm, padded to keep the size."""
    pad = kernel // 2
    return [
        nn.Conv2d(c_in, c_out, kernel, stride, pad, groups=groups, bias=False),
        nn.BatchNorm2d(c_out),
    ]


class SqueezeExcitation(nn.Module):
    """Rescale channels by a gate computed from their means (Hu et al., 2018)."""

    def __init__(self, width: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        gate = self.fc2(torch.relu(self.fc1(x.mean(dim=(2, 3), keepdim=True))))
        return x * torch.sigmoid(gate)


class Block(nn.Module):
    """RegNetY's residual block: 1x1, grouped 3x3, squeeze-excitation, 1x1."""

    def __init__(self, c_in: int, c_out: int, stride: int, config: TrunkConfig) -> None:
        super().__init__()
        self.proj: nn.Module | None = None
        if stride != 1 or c_in != c_out:
            self.proj = nn.Sequential(*conv_bn(c_in, c_out, 1, stride))
        groups = c_out // config.group_width
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["a"] = nn.Sequential(*conv_bn(c_in, c_out), nn.ReLU(inplace=True))
        layers["b"] = nn.Sequential(
            *conv_bn(c_out, c_out, 3, stride, groups), nn.ReLU(inplace=True)
        )
        layers["se"] = SqueezeExcitation(c_out, round(config.se_ratio * c_in))
        layers["c"] = nn.Sequential(*conv_bn(c_out, c_out))
        self.f = nn.Sequential(layers)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c_in, h, w) to (n, c_out, h / stride, w / stride)."""
        skip = x if self.proj is None else self.proj(x)
        return torch.relu(skip + self.f(x))


class Trunk(nn.Module):
    """A RegNetY without its classifier."""

    def __init__(self, config: TrunkConfig) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            *conv_bn(3, config.stem_width, 3, stride=2), nn.ReLU(inplace=True)
        )
        stages: OrderedDict[str, nn.Module] = OrderedDict()
        c_in = config.stem_width
        for i, (width, depth) in enumerate(zip(config.widths, config.depths, strict=True), 1):
            blocks: OrderedDict[str, nn.Module] = OrderedDict()
            for j in range(depth):
                stride = 2 if j == 0 else 1
                blocks[f"block{i}-{j}"] = Block(c_in, width, stride, config)
                c_in = width
            stages[f"block{i}"] = nn.Sequential(blocks)
        self.trunk_output = nn.Sequential(stages)
        self.channels = (config.stem_width, *config.widths)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to five feature maps at strides 2, 4, 8, 16 and 32."""
        features = [self.stem(x)]
        for stage in self.trunk_output:
            features.append(stage(features[-1]))
        return features
