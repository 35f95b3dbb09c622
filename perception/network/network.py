"""The network: trunk, neck, and two dense heads, from one camera image."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.perception.network.heads import Head
from drive2walk.perception.network.neck import Neck
from drive2walk.perception.network.trunks.registry import DECODERS, TRUNKS
from drive2walk.robot.surfaces import NUM_SURFACES

# Depth is learned as a camera sees it: z scaled to a camera of this focal length (pixels).
# An object of size S fills f S / z pixels, so z * (reference / f) is what one image can tell,
# whatever the lens, the crop or the resize; a camera's own focal length gives back metres.
REFERENCE_FOCAL_PX = 160.0
# Shares of surfaces below this are as good as none; their logarithm stays finite.
LEAST_SHARE = 1e-6


@dataclasses.dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network.

    Attributes:
        trunk: its name in ``TRUNKS``.
        neck_width: channels of the neck.
        head_width: channels of each head.
        published: whether the decoder that was published with the trunk stands in place of neck
            and heads; such a network knows no depth.
    """

    trunk: str = "regnety_2m"
    neck_width: int = 64
    head_width: int = 32
    published: bool = False

    def __post_init__(self) -> None:
        """Check the trunk's name."""
        if self.trunk not in TRUNKS:
            raise ConfigError(unknown_name("trunk", self.trunk, TRUNKS))
        if self.published and self.trunk not in DECODERS:
            raise ConfigError(
                f"no decoder was published with trunk '{self.trunk}'. "
                f"With one: {', '.join(DECODERS)}."
            )


class Output(NamedTuple):
    """What the network says about n images, at half the resolution of its input.

    Attributes:
        surfaces: logits (n, num_surfaces, h/2, w/2).
        log_depth: natural log of the z-depth in metres that a camera with the reference focal
            length would see, (n, h/2, w/2).
    """

    surfaces: Tensor
    log_depth: Tensor


class Network(nn.Module):
    """RGB in [0, 1] -> surfaces and depth."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = TRUNKS[config.trunk]()
        if config.published:
            self.decoder = DECODERS[config.trunk]()
        else:
            stem_width, *widths = self.trunk.channels
            self.neck = Neck(tuple(widths), config.neck_width)
            shape = (config.neck_width, stem_width, config.head_width)
            self.surface_head = Head(*shape, NUM_SURFACES)
            self.depth_head = Head(*shape, 1)
        self.register_buffer("mean", torch.tensor(self.trunk.mean).view(1, 3, 1, 1), False)
        self.register_buffer("std", torch.tensor(self.trunk.std).view(1, 3, 1, 1), False)

    def forward(self, rgb: Tensor) -> Output:
        """Map images (n, 3, h, w) in [0, 1] to an ``Output``."""
        features = self.trunk((rgb - self.mean) / self.std)
        if self.config.published:
            return self._published(features)
        stem, *features = features
        neck = self.neck(features)
        return Output(self.surface_head(neck, stem), self.depth_head(neck, stem)[:, 0])

    def _published(self, features: list[Tensor]) -> Output:
        # A published decoder speaks at the image's own size: shares of four pixels are averaged.
        shares = F.avg_pool2d(self.decoder(features), 2)
        logits = torch.log(shares.clamp(min=LEAST_SHARE))
        return Output(logits, torch.zeros_like(logits[:, 0]))
