"""The interface of every trunk: it maps an image to features from fine to coarse."""

from __future__ import annotations

import abc

from torch import Tensor, nn

# Of RGB in [0, 1], as in the training of torchvision's ImageNet weights.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Trunk(nn.Module, abc.ABC):
    """The part of a network below neck and heads.

    Attributes:
        channels: Channels of the features at strides 2, 4, 8 and so on.
        mean: Mean of RGB in [0, 1]; the caller subtracts it from the input.
        std: Standard deviation of RGB; the caller then divides the input by it.
    """

    channels: tuple[int, ...]
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD

    @abc.abstractmethod
    def forward(self, x: Tensor) -> list[Tensor]:
        """Map normalised images (n, 3, h, w) to features (n, channels[i], h/2^(i+1), w/2^(i+1))."""

    @abc.abstractmethod
    def stages(self) -> list[nn.Module]:
        """Return all modules, one group for each feature, ordered from fine to coarse."""


class Decoder(nn.Module, abc.ABC):
    """The decoder of a published network, from features of its trunk to its own classes."""

    @abc.abstractmethod
    def maps(self, features: list[Tensor]) -> tuple[Tensor, ...]:
        """Return the outputs of the published network, (n, number of classes, h, w) each."""

    @abc.abstractmethod
    def forward(self, features: list[Tensor]) -> Tensor:
        """Return the probability of each surface, (n, num_surfaces, h, w)."""
