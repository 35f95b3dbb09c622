"""Where the views of a batch are cut from their images, on the device that holds these."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.training.augmentation.augment import AugmentConfig
from drive2walk.perception.training.augmentation.batch_random import Chance
from drive2walk.robot.surfaces import UNLABELLED

# Each pixel of a view is the mean of so many points a side: an image may be shrunk by as much.
POINTS = 2


class Views(NamedTuple):
    """How n views lie in their images.

    Attributes:
        linear: (n, 2, 2), from a view's pixels to the image's, both (x, y).
        origin: (n, 2), where a view's pixel (0, 0) lies in the image, (x, y).
        extent: (n, 2), width and height of the images.
        scale: (n,), a view's pixels over the image's.
    """

    linear: Tensor
    origin: Tensor
    extent: Tensor
    scale: Tensor


def draw_views(
    shapes: Tensor,
    size: tuple[int, int],
    scale_range: tuple[float, float],
    config: AugmentConfig,
    chance: Chance,
) -> Views:
    """Draw places for views of ``size`` (height, width), as ``augment.augment`` does.

    Args:
        shapes: (n, 2) height and width of each view's image.
        size: height and width of the views.
        scale_range: bounds of the factor between a view's pixels and the image's.
        config: how far a view may turn and stretch.
        chance: the draws.
    """
    scale = torch.exp(chance.uniform(math.log(scale_range[0]), math.log(scale_range[1])))
    stretch = torch.exp(chance.uniform(-0.5, 0.5) * math.log1p(config.stretch))
    roll = chance.uniform(-1, 1) * math.radians(config.roll_deg)
    flip = torch.where(chance.uniform(0, 1) < 0.5, -1.0, 1.0)
    scales = torch.stack([scale * stretch, scale / stretch], dim=1)
    extent = shapes.flip(1).float()
    own = torch.tensor([size[1], size[0]], device=shapes.device)
    spare = extent * scales - own
    # A view larger than its image is centred; a smaller one lies anywhere in it.
    target = (own - 1) / 2 + chance.uniform(-0.5, 0.5, 2) * spare.clamp(min=0)
    cos, sin = roll.cos(), roll.sin()
    turn = torch.stack([flip * cos, sin, -flip * sin, cos], dim=1).view(-1, 2, 2)
    linear = turn / scales[:, :, None]
    origin = (extent - 1) / 2 - (linear @ target[:, :, None])[:, :, 0]
    return Views(linear, origin, extent, scale)


def look(
    rgb: Tensor,
    labels: Tensor,
    depth: Tensor,
    indices: Tensor,
    views: Views,
    size: tuple[int, int],
) -> tuple[Tensor, Tensor, Tensor]:
    """Return what n views show: rgb (n, 3, h, w) in [0, 1], labels (n, c, h, w), depth (n, h, w).

    Beyond the image's edge rgb is mirrored, labels are ``UNLABELLED`` and depth is 0.

    Args:
        rgb: (number, 3, height, width) bytes.
        labels: (number, c, height, width) bytes.
        depth: (number, height, width).
        indices: (n,) which image each view shows.
        views: where.
        size: height and width of a view.
    """
    height, width = rgb.shape[-2:]
    points = _mirrored(_points(views, size, POINTS), views.extent)
    grid = (2 * points + 1) / torch.tensor([width, height], device=rgb.device) - 1
    seen = F.grid_sample(rgb[indices].float(), grid, padding_mode="border", align_corners=False)
    seen = F.avg_pool2d(seen, POINTS) / 255
    nearest = _points(views, size, 1).round()
    inside = ((nearest >= 0) & (nearest < views.extent[:, None, None])).all(dim=-1)
    x, y = (nearest[..., i].long().clamp(0, most - 1) for i, most in enumerate((width, height)))
    which = indices[:, None, None]
    told = labels[which, :, y, x].movedim(-1, 1)
    return (
        seen,
        torch.where(inside[:, None], told, UNLABELLED),
        torch.where(inside, depth[which, y, x].float(), 0.0),
    )


def _points(views: Views, size: tuple[int, int], per_side: int) -> Tensor:
    """Return where ``per_side`` points a side of each pixel lie in the image, (n, h, w, 2)."""
    y, x = (
        (torch.arange(side * per_side, device=views.scale.device) + 0.5) / per_side - 0.5
        for side in size
    )
    pixels = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    return pixels @ views.linear.mT[:, None] + views.origin[:, None, None]


def _mirrored(points: Tensor, extent: Tensor) -> Tensor:
    """Return points folded back at the first and the last pixel of each image."""
    last = (extent - 1).clamp(min=1)[:, None, None]
    folded = points.remainder(2 * last)
    return torch.minimum(folded, 2 * last - folded)
