"""TwinLiteNet: features at strides 2, 4 and 8, and its two decoders for BDD100K.

Che et al., "TwinLiteNet: An Efficient and Lightweight Model for Driveable Area and Lane
Segmentation in Self-Driving Cars" (2023). Its encoder is that of ESPNet,
followed by attention over positions and over channels: Fu et al., "Dual Attention Network for Scene
Segmentation" (2019). Module names follow the published state dict.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from drive2walk.perception.network.trunks.espnet import LEVEL2_WIDTH, LEVEL3_WIDTH, STEM_WIDTH
from drive2walk.perception.network.trunks.espnet_blocks import (
    BN_EPSILON,
    SpatialPyramid,
    apply_all,
    build_pyramids,
    conv_norm_act,
    halve_size,
    named_sequential,
    upsample_2x,
)
from drive2walk.perception.network.trunks.espnet_keys import rename_encoder_key
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import DRIVABLE, NUM_SURFACES, surface_ids

LEVEL2_REPEATS, LEVEL3_REPEATS = 2, 3
ATTENTION_WIDTH = 32
# Channels of the features over channels of the queries and keys.
QUERY_FACTOR = 8
DECODER_WIDTHS = (16, 8)
# Each decoder has two maps: everything else first, then its class.
CLASS_MAPS = 2


class PositionAttention(nn.Module):
    """Attention that adds, at each position, the mean over all positions weighted by similarity."""

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
    """Attention that adds to each channel the mean over all channels weighted by dissimilarity."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        flat = x.flatten(2)
        similarity = flat @ flat.transpose(1, 2)
        attention = (similarity.amax(dim=-1, keepdim=True) - similarity).softmax(dim=-1)
        return x + self.gamma * (attention @ flat).reshape(x.shape)


class TwinLiteNetTrunk(Trunk):
    """The encoder of TwinLiteNet."""

    channels = (STEM_WIDTH + 3, 2 * LEVEL2_WIDTH + 3, ATTENTION_WIDTH)
    mean = (0.0, 0.0, 0.0)
    std = (1.0, 1.0, 1.0)

    def __init__(self) -> None:
        super().__init__()
        stem, middle, width = self.channels
        self.level1 = conv_norm_act(3, STEM_WIDTH, 3, stride=2)
        self.b1 = conv_norm_act(stem, stem, 3)
        self.level2_0 = SpatialPyramid(stem, LEVEL2_WIDTH, stride=2)
        self.level2 = build_pyramids(LEVEL2_WIDTH, LEVEL2_REPEATS)
        self.b2 = conv_norm_act(middle, middle, 3)
        self.level3_0 = SpatialPyramid(middle, LEVEL3_WIDTH, stride=2)
        self.level3 = build_pyramids(LEVEL3_WIDTH, LEVEL3_REPEATS)
        self.b3 = conv_norm_act(2 * LEVEL3_WIDTH, width, 3)
        self.sa = PositionAttention(width)
        self.sc = ChannelAttention()
        self.conv_sa = conv_norm_act(width, width, 3)
        self.conv_sc = conv_norm_act(width, width, 3)
        self.classifier = conv_norm_act(width, width, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to three feature maps at strides 2, 4 and 8."""
        half = halve_size(x)
        stem = self.b1(torch.cat([self.level1(x), half], dim=1))
        first = self.level2_0(stem)
        middle = self.b2(torch.cat([apply_all(self.level2, first), first, halve_size(half)], dim=1))
        first = self.level3_0(middle)
        coarse = self.b3(torch.cat([first, apply_all(self.level3, first)], dim=1))
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
    """Two decoders of three upsamplings each, for the drivable area and for the lane lines."""

    def __init__(self) -> None:
        super().__init__()
        widths = (ATTENTION_WIDTH, *DECODER_WIDTHS, CLASS_MAPS)
        self.up_1_1, self.up_2_1, self.classifier_1 = _build_upsamplings(widths)
        self.up_1_2, self.up_2_2, self.classifier_2 = _build_upsamplings(widths)

    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return logits (n, 2, h, w) for (other, drivable) and for (other, lane line)."""
        coarse = features[-1]
        drivable = self.classifier_1(self.up_2_1(self.up_1_1(coarse)))
        return drivable, self.classifier_2(self.up_2_2(self.up_1_2(coarse)))

    def forward(self, features: list[Tensor]) -> Tensor:
        """Return the probability of each surface (see ``Decoder``).

        Drivable means road. The rest of the probability is divided evenly among the other surfaces.
        """
        other, drivable = self.maps(features)[0].softmax(dim=1).unbind(dim=1)
        (road,) = surface_ids(DRIVABLE)
        probabilities = [other / (NUM_SURFACES - 1)] * NUM_SURFACES
        probabilities[road] = drivable
        return torch.stack(probabilities, dim=1)


def _build_upsamplings(widths: tuple[int, ...]) -> list[nn.Module]:
    return [
        named_sequential(
            deconv=upsample_2x(a, b), bn=nn.BatchNorm2d(b, BN_EPSILON), act=nn.PReLU(b)
        )
        for a, b in itertools.pairwise(widths)
    ]


def rename_keys(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the published state dict under the names ``trunk.NAME`` and ``decoder.NAME``."""
    renamed = {}
    for key, tensor in published.items():
        name = key.removeprefix("module.")
        if name.startswith("encoder."):
            name = f"trunk.{rename_encoder_key(name.removeprefix('encoder.'))}"
        else:
            name = f"decoder.{name}"
        renamed[name] = tensor
    return renamed
