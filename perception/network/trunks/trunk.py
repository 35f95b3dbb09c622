"""What every trunk is: an image in, features from fine to coarse out."""

from __future__ import annotations

import abc

from torch import Tensor, nn

# RGB in [0, 1]; what torchvision's ImageNet weights were trained with.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Trunk(nn.Module, abc.ABC):
    """A network's common part, below neck and heads.

    Attributes:
        channels: of the features at strides 2, 4, 8 and so on, as many as the trunk has.
        mean: of RGB in [0, 1], subtracted from the trunk's input by whoever calls it.
        std: by which the input is then divided.
    """

    channels: tuple[int, ...]
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD

    @abc.abstractmethod
    def forward(self, x: Tensor) -> list[Tensor]:
        """Map normalised images (n, 3, h, w) to features (n, channels[i], h/2^(i+1), w/2^(i+1))."""

    @abc.abstractmethod
    def stages(self) -> list[nn.Module]:
        """Return the modules of each feature's stride, the finest first; together all of them."""


class Decoder(nn.Module, abc.ABC):
    """A published network's own way from its trunk's features to its own classes."""

    @abc.abstractmethod
    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return the published network's own outputs, (n, its classes, h, w) each."""

    @abc.abstractmethod
    def forward(self, features: list[Tensor]) -> Tensor:
        """Return shares (n, num_surfaces, h, w) in [0, 1] of this project's surfaces."""
