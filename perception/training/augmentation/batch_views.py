"""Random crops of images, called views, cut for a whole batch on the device of the images."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.training.augmentation.batch_random import BatchRandom
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.robot.surfaces import UNLABELLED

# Points per side that are averaged for each pixel of a view. An image can be shrunk by this factor
# without aliasing.
POINTS_PER_SIDE = 2


class Views(NamedTuple):
    """Places of n views in their images.

    Attributes:
        linear: Matrix from pixels (x, y) of the view to pixels (x, y) of the image, (n, 2, 2).
        origin: Place of the view's pixel (0, 0) in the image, (x, y), (n, 2).
        extent: Width and height of the image, (n, 2).
        scale: Factor from pixels of the image to pixels of the view, (n,).
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
    rng: BatchRandom,
) -> Views:
    """Draw random places for views, as ``augment.augment`` does.

    Args:
        shapes: Height and width of the image of each view, (n, 2).
        size: Height and width of the views.
        scale_range: Range of the factor from pixels of the image to pixels of the view.
        config: Ranges of rotation and stretch.
        rng: Source of random numbers.
    """
    scale = torch.exp(rng.uniform(math.log(scale_range[0]), math.log(scale_range[1])))
    stretch = torch.exp(rng.uniform(-0.5, 0.5) * math.log1p(config.stretch))
    roll = rng.uniform(-1, 1) * math.radians(config.roll_deg)
    flip = torch.where(rng.uniform(0, 1) < 0.5, -1.0, 1.0)
    scales = torch.stack([scale * stretch, scale / stretch], dim=1)
    extent = shapes.flip(1).float()
    view_extent = torch.tensor([size[1], size[0]], device=shapes.device)
    spare = extent * scales - view_extent
    # A view larger than its image is centred; a smaller one lies anywhere inside.
    target = (view_extent - 1) / 2 + rng.uniform(-0.5, 0.5, 2) * spare.clamp(min=0)
    cos, sin = roll.cos(), roll.sin()
    turn = torch.stack([flip * cos, sin, -flip * sin, cos], dim=1).view(-1, 2, 2)
    linear = turn / scales[:, :, None]
    origin = (extent - 1) / 2 - (linear @ target[:, :, None])[:, :, 0]
    return Views(linear, origin, extent, scale)


def cut_views(
    rgb: Tensor,
    labels: Tensor,
    depth: Tensor,
    indices: Tensor,
    views: Views,
    size: tuple[int, int],
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the content of n views.

    Outside an image, rgb is mirrored, labels are ``UNLABELLED`` and depth is 0.

    Args:
        rgb: Images (number, 3, height, width), uint8.
        labels: Labels (number, c, height, width), uint8.
        depth: Depths (number, height, width).
        indices: Index of the image of each view, (n,).
        views: Places of the views.
        size: Height and width of the views.

    Returns:
        rgb (n, 3, h, w) in [0, 1], labels (n, c, h, w) and depth (n, h, w).
    """
    height, width = rgb.shape[-2:]
    points = _mirror(_place_points(views, size, POINTS_PER_SIDE), views.extent)
    grid = (2 * points + 1) / torch.tensor([width, height], device=rgb.device) - 1
    sampled = F.grid_sample(rgb[indices].float(), grid, padding_mode="border", align_corners=False)
    rgb_views = F.avg_pool2d(sampled, POINTS_PER_SIDE) / 255
    nearest = _place_points(views, size, 1).round()
    inside = ((nearest >= 0) & (nearest < views.extent[:, None, None])).all(dim=-1)
    x, y = (nearest[..., i].long().clamp(0, extent - 1) for i, extent in enumerate((width, height)))
    which = indices[:, None, None]
    label_views = labels[which, :, y, x].movedim(-1, 1)
    return (
        rgb_views,
        torch.where(inside[:, None], label_views, UNLABELLED),
        torch.where(inside, depth[which, y, x].float(), 0.0),
    )


def _place_points(views: Views, size: tuple[int, int], per_side: int) -> Tensor:
    """Return the places in the image of ``per_side``^2 points in each pixel, (n, h, w, 2)."""
    y, x = (
        (torch.arange(side * per_side, device=views.scale.device) + 0.5) / per_side - 0.5
        for side in size
    )
    pixels = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    return pixels @ views.linear.mT[:, None] + views.origin[:, None, None]


def _mirror(points: Tensor, extent: Tensor) -> Tensor:
    """Return points reflected at the first and the last pixel of each image."""
    last = (extent - 1).clamp(min=1)[:, None, None]
    folded = points.remainder(2 * last)
    return torch.minimum(folded, 2 * last - folded)
