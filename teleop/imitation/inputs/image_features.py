"""Image features: the map of the shared trunk, and beside it the image's own colours."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from drive2walk.perception.network.network import Network

# Size of the head image that a policy sees.
IMAGE_WIDTH, IMAGE_HEIGHT = 160, 120
# Side of a cell of the map in pixels, and of the squares of one colour in a cell.
CELL_PX, COLOUR_PX = 8, 4
# Stride of the neck's map.
NECK_STRIDE = 4
GRID = (IMAGE_HEIGHT // CELL_PX, IMAGE_WIDTH // CELL_PX)
COLOUR_CHANNELS = 3 * (CELL_PX // COLOUR_PX) ** 2


class ImageFeatures(NamedTuple):
    """Features of n images.

    Attributes:
        shapes: Map of the trunk and its neck, (n, width, rows, columns).
        colours: Colours of the image in [0, 1], (n, COLOUR_CHANNELS, rows, columns).
    """

    shapes: Tensor
    colours: Tensor


class Eye(nn.Module):
    """Trunk and neck of a perception network, for policies.

    A probe finds no colour in the trunk below stride 4 (a floor may have any colour), and hands
    need it; so the small image stands beside the trunk's map.

    Args:
        network: Network whose trunk and neck are used; its heads are not.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.trunk, self.neck = network.trunk, network.neck
        self.width = network.config.neck_width
        self.register_buffer("mean", network.mean.clone(), False)
        self.register_buffer("std", network.std.clone(), False)

    def forward(self, images: Tensor) -> ImageFeatures:
        """Map images (n, IMAGE_HEIGHT, IMAGE_WIDTH, 3), uint8, to features."""
        rgb = images.permute(0, 3, 1, 2).float() / 255
        _, *features = self.trunk((rgb - self.mean) / self.std)
        shapes = F.avg_pool2d(self.neck(features), CELL_PX // NECK_STRIDE)
        # Maps with channels last crash the backward pass of PyTorch's GroupNorm on CPUs.
        return ImageFeatures(shapes.contiguous(), _gather_colours(rgb))

    mean: Tensor
    std: Tensor


def _gather_colours(rgb: Tensor) -> Tensor:
    """Return the colours of the squares of each cell, (n, COLOUR_CHANNELS, rows, columns).

    This is torch's pixel_unshuffle, which ONNX graphs of this opset lack.
    """
    side, (rows, columns) = CELL_PX // COLOUR_PX, GRID
    squares = F.avg_pool2d(rgb, COLOUR_PX).view(-1, 3, rows, side, columns, side)
    return squares.permute(0, 1, 3, 5, 2, 4).reshape(-1, COLOUR_CHANNELS, rows, columns)


def compute_fingerprint(eye: Eye) -> str:
    """Return a hash of the eye's weights, by which a policy recognises the trunk it learned on."""
    digest = hashlib.sha256()
    for name, tensor in sorted(eye.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def see(eye: Eye, images: Tensor) -> ImageFeatures:
    """Return the features of images (n, height, width, 3), uint8, without gradients."""
    with torch.no_grad():
        return eye(images)
