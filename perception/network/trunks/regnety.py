"""RegNetY trunks, with features at strides 2 to 32.

Radosavovic et al., "Designing Network Design Spaces" (2020). Module names follow torchvision's
RegNet, so that a published state dict of the same shape fits key by key.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict

import torch
from torch import Tensor, nn

from drive2walk.perception.network.convolution import conv_bn
from drive2walk.perception.network.trunks.trunk import Trunk


@dataclasses.dataclass(frozen=True)
class RegNetYShape:
    """Shape of the stem (stride 2) and the four stages (strides 4, 8, 16 and 32).

    Attributes:
        stem_width: Channels of the stem.
        widths: Channels of each stage.
        depths: Blocks of each stage.
        group_width: Channels of each group of the grouped convolutions.
        se_ratio: Channels inside a squeeze-excitation over the input channels of its block.
    """

    stem_width: int
    widths: tuple[int, int, int, int]
    depths: tuple[int, int, int, int]
    group_width: int
    se_ratio: float = 0.25


# The first two are named by the number of parameters of a whole network with such a trunk, the
# third by the paper; a network with RegNetY-400MF has about 4 million parameters.
REGNETY_500K = RegNetYShape(24, (24, 48, 104, 208), (1, 2, 4, 2), 8)
REGNETY_2M = RegNetYShape(32, (32, 64, 160, 352), (1, 2, 5, 4), 16)
REGNETY_400MF = RegNetYShape(32, (48, 104, 208, 440), (1, 3, 6, 6), 8)


class SqueezeExcitation(nn.Module):
    """Gates that scale channels by a function of their means (Hu et al., 2018)."""

    def __init__(self, width: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        gate = self.fc2(torch.relu(self.fc1(x.mean(dim=(2, 3), keepdim=True))))
        return x * torch.sigmoid(gate)


class Block(nn.Module):
    """The residual block of RegNetY: 1x1, grouped 3x3, squeeze-excitation, 1x1."""

    def __init__(self, c_in: int, c_out: int, stride: int, shape: RegNetYShape) -> None:
        super().__init__()
        self.proj: nn.Module | None = None
        if stride != 1 or c_in != c_out:
            self.proj = nn.Sequential(*conv_bn(c_in, c_out, 1, stride))
        groups = c_out // shape.group_width
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["a"] = nn.Sequential(*conv_bn(c_in, c_out), nn.ReLU(inplace=True))
        layers["b"] = nn.Sequential(
            *conv_bn(c_out, c_out, 3, stride, groups), nn.ReLU(inplace=True)
        )
        layers["se"] = SqueezeExcitation(c_out, round(shape.se_ratio * c_in))
        layers["c"] = nn.Sequential(*conv_bn(c_out, c_out))
        self.f = nn.Sequential(layers)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c_in, h, w) to (n, c_out, h / stride, w / stride)."""
        skip = x if self.proj is None else self.proj(x)
        return torch.relu(skip + self.f(x))


class RegNetY(Trunk):
    """A RegNetY without its classifier."""

    def __init__(self, shape: RegNetYShape) -> None:
        super().__init__()
        self.stem = nn.Sequential(*conv_bn(3, shape.stem_width, 3, stride=2), nn.ReLU(inplace=True))
        stages: OrderedDict[str, nn.Module] = OrderedDict()
        c_in = shape.stem_width
        for i, (width, depth) in enumerate(zip(shape.widths, shape.depths, strict=True), 1):
            blocks: OrderedDict[str, nn.Module] = OrderedDict()
            for j in range(depth):
                stride = 2 if j == 0 else 1
                blocks[f"block{i}-{j}"] = Block(c_in, width, stride, shape)
                c_in = width
            stages[f"block{i}"] = nn.Sequential(blocks)
        self.trunk_output = nn.Sequential(stages)
        self.channels = (shape.stem_width, *shape.widths)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to five feature maps at strides 2, 4, 8, 16 and 32."""
        features = [self.stem(x)]
        for stage in self.trunk_output:
            features.append(stage(features[-1]))
        return features

    def stages(self) -> list[nn.Module]:
        """Return the stem and the four stages (see ``Trunk``)."""
        return [self.stem, *self.trunk_output]


def rename_keys(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return torchvision's state dict without its classifier; names become ``trunk.NAME``."""
    return {f"trunk.{k}": v for k, v in published.items() if not k.startswith("fc.")}
