"""TwinLiteNet: features at strides 2, 4 and 8, and its own two decoders for BDD100K.

Che et al., "TwinLiteNet: An Efficient and Lightweight Model for Driveable Area and Lane
Segmentation in Self-Driving Cars" (2023). Its encoder is ESPNet's with attention at its end;
the attention over positions and over channels is that of Fu et al., "Dual Attention Network for
Scene Segmentation" (2019). Module names follow the published state dict.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from drive2walk.perception.network.trunks.espnet import (
    BN_EPSILON,
    LEVEL2_WIDTH,
    LEVEL3_WIDTH,
    STEM_WIDTH,
    SpatialPyramid,
    conv_norm_act,
    doubling,
    down_name,
    named,
    repeated,
    run,
    shrink,
)
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import DRIVABLE, NUM_SURFACES, surface_ids

LEVEL2_REPEATS, LEVEL3_REPEATS = 2, 3
ATTENTION_WIDTH = 32
# Queries and keys are narrower than what they choose from by this factor.
QUERY_FACTOR = 8
DECODER_WIDTHS = (16, 8)
# The second of each decoder's two maps is the class, the first what isn't.
CLASS_MAPS = 2


class PositionAttention(nn.Module):
    """Each position adds a mean over all positions, weighted by how much they are alike."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query_conv = nn.Conv2d(width, width // QUERY_FACTOR, 1)
        self.key_conv = nn.Conv2d(width, width // QUERY_FACTOR, 1)
        self.value_conv = nn.Conv2d(width, width, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        query, key, value = (
            layer(x).flatten(2) for layer in (self.query_conv, self.key_conv, self.value_conv)
        )
        attention = (query.transpose(1, 2) @ key).softmax(dim=-1)
        return x + self.gamma * (value @ attention.transpose(1, 2)).reshape(x.shape)


class ChannelAttention(nn.Module):
    """Each channel adds a mean over all channels, weighted by how little they are alike."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        flat = x.flatten(2)
        alike = flat @ flat.transpose(1, 2)
        attention = (alike.amax(dim=-1, keepdim=True) - alike).softmax(dim=-1)
        return x + self.gamma * (attention @ flat).reshape(x.shape)


class TwinLiteNetTrunk(Trunk):
    """TwinLiteNet's encoder."""

    channels = (STEM_WIDTH + 3, 2 * LEVEL2_WIDTH + 3, ATTENTION_WIDTH)
    mean = (0.0, 0.0, 0.0)
    std = (1.0, 1.0, 1.0)

    def __init__(self) -> None:
        super().__init__()
        stem, middle, width = self.channels
        self.level1 = conv_norm_act(3, STEM_WIDTH, 3, stride=2)
        self.b1 = conv_norm_act(stem, stem, 3)
        self.level2_0 = SpatialPyramid(stem, LEVEL2_WIDTH, stride=2)
        self.level2 = repeated(LEVEL2_WIDTH, LEVEL2_REPEATS)
        self.b2 = conv_norm_act(middle, middle, 3)
        self.level3_0 = SpatialPyramid(middle, LEVEL3_WIDTH, stride=2)
        self.level3 = repeated(LEVEL3_WIDTH, LEVEL3_REPEATS)
        self.b3 = conv_norm_act(2 * LEVEL3_WIDTH, width, 3)
        self.sa = PositionAttention(width)
        self.sc = ChannelAttention()
        self.conv_sa = conv_norm_act(width, width, 3)
        self.conv_sc = conv_norm_act(width, width, 3)
        self.classifier = conv_norm_act(width, width, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to three feature maps at strides 2, 4 and 8."""
        half = shrink(x)
        stem = self.b1(torch.cat([self.level1(x), half], dim=1))
        first = self.level2_0(stem)
        middle = self.b2(torch.cat([run(self.level2, first), first, shrink(half)], dim=1))
        first = self.level3_0(middle)
        coarse = self.b3(torch.cat([first, run(self.level3, first)], dim=1))
        attended = self.conv_sa(self.sa(coarse)) + self.conv_sc(self.sc(coarse))
        return [stem, middle, self.classifier(attended)]

    def stages(self) -> list[nn.Module]:
        """Return the modules of strides 2, 4 and 8 (see ``Trunk``)."""
        attention = [self.sa, self.sc, self.conv_sa, self.conv_sc, self.classifier]
        return [
            nn.ModuleList([self.level1, self.b1]),
            nn.ModuleList([self.level2_0, self.level2, self.b2]),
            nn.ModuleList([self.level3_0, self.level3, self.b3, *attention]),
        ]


class TwinLiteNetDecoder(Decoder):
    """Three doublings for the drivable space, and three for the lane lines."""

    def __init__(self) -> None:
        super().__init__()
        widths = (ATTENTION_WIDTH, *DECODER_WIDTHS, CLASS_MAPS)
        self.up_1_1, self.up_2_1, self.classifier_1 = _doublings(widths)
        self.up_1_2, self.up_2_2, self.classifier_2 = _doublings(widths)

    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return logits (n, 2, h, w) of "not drivable, drivable" and of "no lane line, one"."""
        coarse = features[-1]
        drivable = self.classifier_1(self.up_2_1(self.up_1_1(coarse)))
        return drivable, self.classifier_2(self.up_2_2(self.up_1_2(coarse)))

    def forward(self, features: list[Tensor]) -> Tensor:
        """Return shares of surfaces (see ``Decoder``).

        Drivable is road; what isn't may be any other surface, and they share it evenly.
        """
        elsewhere, drivable = self.maps(features)[0].softmax(dim=1).unbind(dim=1)
        (road,) = surface_ids(DRIVABLE)
        shares = [elsewhere / (NUM_SURFACES - 1)] * NUM_SURFACES
        shares[road] = drivable
        return torch.stack(shares, dim=1)


def _doublings(widths: tuple[int, ...]) -> list[nn.Module]:
    return [
        named(deconv=doubling(a, b), bn=nn.BatchNorm2d(b, BN_EPSILON), act=nn.PReLU(b))
        for a, b in itertools.pairwise(widths)
    ]


def twinlitenet_keys(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the published state dict as ours: ``trunk.`` and ``decoder.`` names."""
    ours = {}
    for name, tensor in published.items():
        bare = name.removeprefix("module.")
        if bare.startswith("encoder."):
            bare = f"trunk.{down_name(bare.removeprefix('encoder.'))}"
        else:
            bare = f"decoder.{bare}"
        ours[bare] = tensor
    return ours
