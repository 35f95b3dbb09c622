"""ESPNet: features at strides 2, 4 and 8, and its own decoder for Cityscapes.

Mehta et al., "ESPNet: Efficient Spatial Pyramid of Dilated Convolutions for Semantic
Segmentation" (ECCV 2018), with p = 2 and q = 8 repetitions. Module names follow the published
state dict.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from drive2walk.perception.datasets.cityscapes import SURFACE_OF_ID
from drive2walk.perception.network.trunks.trunk import Decoder, Trunk
from drive2walk.robot.surfaces import SURFACES

BN_EPSILON = 1e-3
DILATIONS = (1, 2, 4, 8, 16)
LEVEL2_REPEATS, LEVEL3_REPEATS = 2, 8
STEM_WIDTH, LEVEL2_WIDTH, LEVEL3_WIDTH = 16, 64, 128
# Of BGR in 0 to 255; the published network divides by the deviation and then by 255 again.
MEAN_BGR_255 = (72.39, 82.91, 73.16)
STD_BGR_255 = (45.32, 46.15, 44.91)
# Cityscapes' ids of its nineteen trainIds in their order: road, sidewalk, ... bicycle.
IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
# The surface of each of the published network's maps; the twentieth is "none of them".
MAP_SURFACES = (*(SURFACE_OF_ID.get(i) for i in IDS), None)
KNOWN_SURFACES = tuple(name for name in SURFACES if name in MAP_SURFACES)


def named(**layers: nn.Module) -> nn.Sequential:
    """Return the layers in order, under the names of their weights."""
    return nn.Sequential(OrderedDict(layers))


def norm_act(width: int) -> nn.Sequential:
    """Return a batch norm and a PReLU with a slope for each channel."""
    return named(bn=nn.BatchNorm2d(width, BN_EPSILON), act=nn.PReLU(width))


def conv_norm_act(c_in: int, c_out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution, padded to keep the size, with batch norm and PReLU."""
    conv = nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False)
    return named(conv=conv, bn=nn.BatchNorm2d(c_out, BN_EPSILON), act=nn.PReLU(c_out))


class SpatialPyramid(nn.Module):
    """The ESP module: reduce, look at five dilations, and sum them up from near to far.

    The sums are the paper's hierarchical feature fusion: without them the holes of the large
    dilations show as a grid.
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1, residual: bool = False) -> None:
        super().__init__()
        width = c_out // len(DILATIONS)
        kernel = 1 if stride == 1 else 3
        self.residual = residual
        self.c1 = named(conv=nn.Conv2d(c_in, width, kernel, stride, kernel // 2, bias=False))
        for dilation in DILATIONS:
            branch = c_out - (len(DILATIONS) - 1) * width if dilation == 1 else width
            conv = nn.Conv2d(width, branch, 3, padding=dilation, dilation=dilation, bias=False)
            self.add_module(f"d{dilation}", named(conv=conv))
        self.bn = norm_act(c_out)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c_in, h, w) to (n, c_out, h / stride, w / stride)."""
        reduced = self.c1(x)
        nearest, *further = (self.get_submodule(f"d{d}")(reduced) for d in DILATIONS)
        sums = [further[0]]
        for branch in further[1:]:
            sums.append(sums[-1] + branch)
        merged = torch.cat([nearest, *sums], dim=1)
        return self.bn(x + merged if self.residual else merged)


def repeated(width: int, count: int) -> nn.ModuleList:
    """Return ``count`` residual ESP modules of one width."""
    return nn.ModuleList(SpatialPyramid(width, width, residual=True) for _ in range(count))


def shrink(x: Tensor) -> Tensor:
    """Return images at half the size, as they are mixed into the features again and again."""
    return nn.functional.avg_pool2d(x, 3, stride=2, padding=1)


class EspNetTrunk(Trunk):
    """ESPNet's encoder without its classifier."""

    channels = (STEM_WIDTH, 2 * LEVEL2_WIDTH + 3, 2 * LEVEL3_WIDTH)
    mean = tuple(m / 255 for m in reversed(MEAN_BGR_255))  # type: ignore[assignment]
    std = tuple(reversed(STD_BGR_255))  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.level1 = conv_norm_act(3, STEM_WIDTH, 3, stride=2)
        self.b1 = norm_act(STEM_WIDTH + 3)
        self.level2_0 = SpatialPyramid(STEM_WIDTH + 3, LEVEL2_WIDTH, stride=2)
        self.level2 = repeated(LEVEL2_WIDTH, LEVEL2_REPEATS)
        self.b2 = norm_act(2 * LEVEL2_WIDTH + 3)
        self.level3_0 = SpatialPyramid(2 * LEVEL2_WIDTH + 3, LEVEL3_WIDTH, stride=2)
        self.level3 = repeated(LEVEL3_WIDTH, LEVEL3_REPEATS)
        self.b3 = norm_act(2 * LEVEL3_WIDTH)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map images (n, 3, h, w) to three feature maps at strides 2, 4 and 8."""
        stem = self.level1(x)
        half = shrink(x)
        first = self.level2_0(self.b1(torch.cat([stem, half], dim=1)))
        middle = run(self.level2, first)
        middle = self.b2(torch.cat([middle, first, shrink(half)], dim=1))
        first = self.level3_0(middle)
        coarse = self.b3(torch.cat([first, run(self.level3, first)], dim=1))
        return [stem, middle, coarse]

    def stages(self) -> list[nn.Module]:
        """Return the modules of strides 2, 4 and 8 (see ``Trunk``)."""
        return [
            nn.ModuleList([self.level1, self.b1]),
            nn.ModuleList([self.level2_0, self.level2, self.b2]),
            nn.ModuleList([self.level3_0, self.level3, self.b3]),
        ]


def run(layers: nn.ModuleList, x: Tensor) -> Tensor:
    """Return ``x`` after all of ``layers``."""
    for layer in layers:
        x = layer(x)
    return x


class EspNetDecoder(Decoder):
    """ESPNet's decoder: each level's class maps, doubled in size and mixed with the finer ones."""

    def __init__(self) -> None:
        super().__init__()
        classes = len(MAP_SURFACES)
        stem, middle, coarse = EspNetTrunk.channels
        self.classifier_l3 = named(conv=nn.Conv2d(coarse, classes, 1, bias=False))
        self.br = nn.BatchNorm2d(classes, BN_EPSILON)
        self.up_l3 = nn.Sequential(doubling(classes))
        self.level3_C = named(conv=nn.Conv2d(middle, classes, 1, bias=False))
        self.combine_l2_l3 = nn.Sequential(
            norm_act(2 * classes), SpatialPyramid(2 * classes, classes)
        )
        self.up_l2 = nn.Sequential(doubling(classes), norm_act(classes))
        self.conv = conv_norm_act(stem + classes, classes, 3)
        self.classifier = doubling(classes)
        # Which surface each class belongs to, (num_surfaces, classes).
        member = [[name == surface for name in MAP_SURFACES] for surface in SURFACES]
        self.register_buffer("member", torch.tensor(member, dtype=torch.float32), False)

    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return logits (n, 20, h, w) in the order of Cityscapes' trainIds."""
        stem, middle, coarse = features
        x = self.up_l3(self.br(self.classifier_l3(coarse)))
        x = self.up_l2(self.combine_l2_l3(torch.cat([self.level3_C(middle), x], dim=1)))
        return (self.classifier(self.conv(torch.cat([x, stem], dim=1))),)

    def forward(self, features: list[Tensor]) -> Tensor:
        """Return shares of surfaces (see ``Decoder``); classes of one surface add up."""
        (logits,) = self.maps(features)
        assert isinstance(self.member, Tensor)
        return torch.einsum("nchw,sc->nshw", logits.softmax(dim=1), self.member)


def doubling(width: int, c_out: int | None = None) -> nn.ConvTranspose2d:
    """Return a learned upsampling to twice the size."""
    return nn.ConvTranspose2d(width, c_out or width, 2, stride=2, bias=False)


def espnet_keys(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the published state dict under our names: ``trunk.NAME`` and ``decoder.NAME``.

    The file is older than batch norms' counters, which play no part in what is computed.
    """
    ours = {_our_name(name): tensor for name, tensor in published.items()}
    norms = [n.removesuffix("running_mean") for n in ours if n.endswith("running_mean")]
    return ours | {f"{norm}num_batches_tracked": torch.tensor(0) for norm in norms}


def bgr_to_rgb(ours: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of a network that takes RGB from those of one that takes BGR.

    Whatever meets channels of the image is turned round: the first convolution, and the image
    that is mixed in again before levels 2 and 3.
    """
    turned = dict(ours)
    for name, dim, first in _image_channels(ours):
        kept = ours[name].narrow(dim, 0, first)
        turned[name] = torch.cat([kept, ours[name].narrow(dim, first, 3).flip(dim)], dim=dim)
    return turned


def _our_name(published: str) -> str:
    if published.startswith("encoder.classifier."):
        return published.replace("encoder.classifier.", "decoder.classifier_l3.")
    part, rest = "decoder", published
    if published.startswith("encoder."):
        part, rest = "trunk", published.removeprefix("encoder.")
    return f"{part}.{down_name(rest)}"


def down_name(name: str) -> str:
    """Return an encoder's weight name with the norm of its two shrinking modules under "bn"."""
    for module in ("level2_0", "level3_0"):
        for layer in ("bn", "act"):
            if name.startswith(f"{module}.{layer}."):
                return name.replace(f"{module}.{layer}.", f"{module}.bn.{layer}.")
    return name


def _image_channels(ours: dict[str, Tensor]) -> list[tuple[str, int, int]]:
    """Return (name, dimension, first) of each tensor whose last three channels are the image's."""
    level2, level3 = STEM_WIDTH, 2 * LEVEL2_WIDTH
    norms = {"trunk.b1.": level2, "trunk.b2.": level3}
    after_norms = [
        (name, 0, first)
        for norm, first in norms.items()
        for name, tensor in ours.items()
        if name.startswith(norm) and tensor.dim() == 1
    ]
    return [
        ("trunk.level1.conv.weight", 1, 0),
        *after_norms,
        ("trunk.level2_0.c1.conv.weight", 1, level2),
        ("trunk.level3_0.c1.conv.weight", 1, level3),
        ("decoder.level3_C.conv.weight", 1, level3),
    ]
