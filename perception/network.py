"""The network: trunk, neck, and two dense heads, from one camera image."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import torch
from torch import Tensor, nn

from perception.heads import Head
from perception.neck import Neck
from perception.surfaces import NUM_SURFACES
from perception.trunk import Trunk, TrunkConfig

# Depth is learned as a camera sees it: z scaled to a camera of this focal length (pixels).
# An object of size S fills f S / z pixels, so z * (reference / f) is what one image can tell,
# whatever the lens, the crop or the resize; a camera's own focal length gives back metres.
REFERENCE_FOCAL_PX = 160.0


@dataclasses.dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network and the normalisation of its input (RGB in [0, 1])."""

    trunk: TrunkConfig = dataclasses.field(default_factory=TrunkConfig)
    neck_width: int = 64
    head_width: int = 32
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)


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
        self.trunk = Trunk(config.trunk)
        stem_width, *widths = self.trunk.channels
        self.neck = Neck(tuple(widths), config.neck_width)
        shape = (config.neck_width, stem_width, config.head_width)
        self.surface_head = Head(*shape, NUM_SURFACES)
        self.depth_head = Head(*shape, 1)
        self.register_buffer("mean", torch.tensor(config.mean).view(1, 3, 1, 1), False)
        self.register_buffer("std", torch.tensor(config.std).view(1, 3, 1, 1), False)

    def forward(self, rgb: Tensor) -> Output:
        """Map images (n, 3, h, w) in [0, 1] to an ``Output``."""
        stem, *features = self.trunk((rgb - self.mean) / self.std)
        neck = self.neck(features)
        return Output(self.surface_head(neck, stem), self.depth_head(neck, stem)[:, 0])
