"""The network: a trunk, a neck and two dense heads that see one camera image."""

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

# Depth is learned for a camera of this focal length in pixels. An object of size S covers f S / z
# pixels, so one image determines z * (reference / f) for any lens, crop or resize; the focal length
# of the camera then gives metres.
REFERENCE_FOCAL_PX = 160.0
# Lower bound of a probability, so that its logarithm stays finite.
MIN_PROBABILITY = 1e-6


@dataclasses.dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network.

    Attributes:
        trunk: Name of the trunk in ``TRUNKS``.
        neck_width: Channels of the neck.
        head_width: Channels of each head.
        published: Whether the decoder that was published with the trunk replaces neck and heads;
            such a network predicts no depth.
    """

    trunk: str = "regnety_2m"
    neck_width: int = 64
    head_width: int = 32
    published: bool = False

    def __post_init__(self) -> None:
        """Check the name of the trunk.

        Raises:
            ConfigError: The trunk is unknown or has no published decoder.
        """
        if self.trunk not in TRUNKS:
            raise ConfigError(unknown_name("trunk", self.trunk, TRUNKS))
        if self.published and self.trunk not in DECODERS:
            raise ConfigError(
                f"no decoder was published with trunk '{self.trunk}'. "
                f"Trunks with one: {', '.join(DECODERS)}."
            )


class Output(NamedTuple):
    """Output of the network for n images, at half the resolution of its input.

    Attributes:
        surfaces: Logits (n, num_surfaces, h/2, w/2).
        log_depth: Natural logarithm of the z-depth in metres for a camera with the reference
            focal length, (n, h/2, w/2).
    """

    surfaces: Tensor
    log_depth: Tensor


class Network(nn.Module):
    """Predicts surfaces and depth from RGB images in [0, 1]."""

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
            return self._decode_published(features)
        stem, *features = features
        neck = self.neck(features)
        return Output(self.surface_head(neck, stem), self.depth_head(neck, stem)[:, 0])

    def _decode_published(self, features: list[Tensor]) -> Output:
        # A published decoder has the resolution of the image; average its squares of 2x2 pixels.
        probabilities = F.avg_pool2d(self.decoder(features), 2)
        logits = torch.log(probabilities.clamp(min=MIN_PROBABILITY))
        return Output(logits, torch.zeros_like(logits[:, 0]))
