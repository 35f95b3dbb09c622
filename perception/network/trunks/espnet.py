"""ESPNet: features at strides 2, 4 and 8, and its decoder for Cityscapes.

Mehta et al., "ESPNet: Efficient Spatial Pyramid of Dilated Convolutions for Semantic
Segmentation" (ECCV 2018), with p = 2 and q = 8 repetitions. Module names follow the published
state dict.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drive2walk.perception.datasets.cityscapes import SURFACE_OF_ID
from drive2walk.perception.network.trunks.espnet_blocks import (
    BN_EPSILON,
    SpatialPyramid,
    apply_all,
    build_pyramids,
    conv_norm_act,
    halve_size,
    named_sequential,
    norm_act,
    upsample_2x,
)
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import SURFACES

LEVEL2_REPEATS, LEVEL3_REPEATS = 2, 8
STEM_WIDTH, LEVEL2_WIDTH, LEVEL3_WIDTH = 16, 64, 128
# For BGR in 0 to 255. The published network divides by the standard deviation, then by 255 again.
MEAN_BGR_255 = (72.39, 82.91, 73.16)
STD_BGR_255 = (45.32, 46.15, 44.91)
# Label ids of the nineteen train ids of Cityscapes in their order: road, sidewalk, ... bicycle.
IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
# Surface of each map of the published network; the twentieth map stands for none of the classes.
MAP_SURFACES = (*(SURFACE_OF_ID.get(i) for i in IDS), None)
KNOWN_SURFACES = tuple(name for name in SURFACES if name in MAP_SURFACES)


class EspNetTrunk(Trunk):
    """The encoder of ESPNet without its classifier."""

    channels = (STEM_WIDTH, 2 * LEVEL2_WIDTH + 3, 2 * LEVEL3_WIDTH)
    mean = tuple(m / 255 for m in reversed(MEAN_BGR_255))  # type: ignore[assignment]
    std = tuple(reversed(STD_BGR_255))  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.level1 = conv_norm_act(3, STEM_WIDTH, 3, stride=2)
        self.b1 = norm_act(STEM_WIDTH + 3)
        self.level2_0 = SpatialPyramid(STEM_WIDTH + 3, LEVEL2_WIDTH, stride=2)
        self.level2 = build_pyramids(LEVEL2_WIDTH, LEVEL2_REPEATS)
        self.b2 = norm_act(2 * LEVEL2_WIDTH + 3)
        self.level3_0 = SpatialPyramid(2 * LEVEL2_WIDTH + 3, LEVEL3_WIDTH, stride=2)
        self.level3 = build_pyramids(LEVEL3_WIDTH, LEVEL3_REPEATS)
        self.b3 = norm_act(2 * LEVEL3_WIDTH)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to three feature maps at strides 2, 4 and 8."""
        stem = self.level1(x)
        half = halve_size(x)
        first = self.level2_0(self.b1(torch.cat([stem, half], dim=1)))
        middle = apply_all(self.level2, first)
        middle = self.b2(torch.cat([middle, first, halve_size(half)], dim=1))
        first = self.level3_0(middle)
        coarse = self.b3(torch.cat([first, apply_all(self.level3, first)], dim=1))
        return [stem, middle, coarse]

    def stages(self) -> list[nn.Module]:
        """Return the modules of strides 2, 4 and 8 (see ``Trunk``)."""
        return [
            nn.ModuleList([self.level1, self.b1]),
            nn.ModuleList([self.level2_0, self.level2, self.b2]),
            nn.ModuleList([self.level3_0, self.level3, self.b3]),
        ]


class EspNetDecoder(Decoder):
    """The decoder of ESPNet: class maps of each level, upsampled and mixed with finer ones."""

    def __init__(self) -> None:
        super().__init__()
        classes = len(MAP_SURFACES)
        stem, middle, coarse = EspNetTrunk.channels
        self.classifier_l3 = named_sequential(conv=nn.Conv2d(coarse, classes, 1, bias=False))
        self.br = nn.BatchNorm2d(classes, BN_EPSILON)
        self.up_l3 = nn.Sequential(upsample_2x(classes))
        self.level3_C = named_sequential(conv=nn.Conv2d(middle, classes, 1, bias=False))
        self.combine_l2_l3 = nn.Sequential(
            norm_act(2 * classes), SpatialPyramid(2 * classes, classes)
        )
        self.up_l2 = nn.Sequential(upsample_2x(classes), norm_act(classes))
        self.conv = conv_norm_act(stem + classes, classes, 3)
        self.classifier = upsample_2x(classes)
        # Membership of each class in a surface, (num_surfaces, classes).
        member = [[name == surface for name in MAP_SURFACES] for surface in SURFACES]
        self.register_buffer("member", torch.tensor(member, dtype=torch.float32), False)

    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return logits (n, 20, h, w) in the order of the train ids of Cityscapes."""
        stem, middle, coarse = features
        x = self.up_l3(self.br(self.classifier_l3(coarse)))
        x = self.up_l2(self.combine_l2_l3(torch.cat([self.level3_C(middle), x], dim=1)))
        return (self.classifier(self.conv(torch.cat([x, stem], dim=1))),)

    def forward(self, features: list[Tensor]) -> Tensor:
        """Return the probability of each surface (see ``Decoder``), summed over its classes."""
        (logits,) = self.maps(features)
        assert isinstance(self.member, Tensor)
        return torch.einsum("nchw,sc->nshw", logits.softmax(dim=1), self.member)
