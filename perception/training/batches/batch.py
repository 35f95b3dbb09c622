"""The batch that one training step learns from."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Batch(NamedTuple):
    """n training examples.

    Attributes:
        rgb: Images (n, 3, h, w), uint8.
        surfaces: Surface ids (n, h, w).
        depth: Z-depth (n, h, w) in metres for the reference focal length, 0 where unknown.
        labelled_classes: Surfaces that the labels of each image distinguish, (n, num_surfaces),
            bool.
        walkable: Two-way label (n, h, w): 1 on one of the image's ``two_way`` surfaces, 0 on any
            other, ``UNLABELLED`` where unknown.
        two_way: Surfaces of the two-way label of each image, (n, num_surfaces), bool.
        pixel_weights: Weight of each pixel in the surface loss, (n, h, w).
    """

    rgb: Tensor
    surfaces: Tensor
    depth: Tensor
    labelled_classes: Tensor
    walkable: Tensor
    two_way: Tensor
    pixel_weights: Tensor

    def to_device(self, device: torch.device) -> Batch:
        """Return the batch on ``device``, with rgb in [0, 1] and labels as int64.

        The types change after the transfer, because bytes transfer faster.
        """
        moved = Batch(*(tensor.to(device, non_blocking=True) for tensor in self))
        return moved._replace(
            rgb=moved.rgb.float().div_(255),
            surfaces=moved.surfaces.long(),
            walkable=moved.walkable.long(),
        )
