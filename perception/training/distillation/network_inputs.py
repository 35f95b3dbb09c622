"""Inputs of a network in training: the camera image, alone or with the true depth.

On a plane, the inverse depth is an affine function of the pixel, and its slope identifies the
plane: down the image it is 1 / (f h) on a level floor h metres below the camera, 0 on a wall, and
in between on a table. With depth for the reference focal length, f is the same in every crop.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from drive2walk.perception.network.network import REFERENCE_FOCAL_PX

# Half the distance in pixels over which a slope is taken; a nearest-neighbour resize repeats rows.
SLOPE_RADIUS = 2
MAX_SLOPE = 4.0
DEPTH_CHANNELS = 4


def stack_depth(rgb: Tensor, depth: Tensor) -> Tensor:
    """Return images with four channels of depth: inverse depth, its two slopes, known or not.

    Args:
        rgb: Images (n, 3, h, w) in [0, 1].
        depth: Z-depth (n, h, w) in metres for the reference focal length, 0 where unknown.

    Returns:
        (n, 7, h, w): inverse depth in 1/m; slopes across and down the image times the reference
        focal length in 1/m, clipped to +-4; 1 where depth is known and 0 elsewhere.
    """
    known = depth > 0
    inverse = torch.where(known, 1 / depth.clamp(min=0.1), 0.0)
    slopes = [_slope(inverse, known, dim) for dim in (-1, -2)]
    channels = torch.stack([inverse, *slopes, known.to(inverse.dtype)], dim=1)
    return torch.cat([rgb, channels], dim=1)


def _slope(inverse: Tensor, known: Tensor, dim: int) -> Tensor:
    radius = SLOPE_RADIUS
    inner = inverse.shape[dim] - 2 * radius
    before, after = inverse.narrow(dim, 0, inner), inverse.narrow(dim, 2 * radius, inner)
    both = known.narrow(dim, 0, inner) & known.narrow(dim, 2 * radius, inner)
    slope = torch.where(both, (after - before) * (REFERENCE_FOCAL_PX / (2 * radius)), 0.0)
    result = torch.zeros_like(inverse)
    result.narrow(dim, radius, inner).copy_(slope.clamp(-MAX_SLOPE, MAX_SLOPE))
    return result


# Functions from image and depth to the input of a network, by their name in a config.
INPUTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "camera": lambda rgb, depth: rgb,
    "camera+depth": stack_depth,
}
