"""The batch: what a step of training learns from."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Batch(NamedTuple):
    """n training examples.

    Attributes:
        rgb: (n, 3, h, w) bytes.
        surfaces: (n, h, w) of the taxonomy.
        depth: (n, h, w) reference-focal z-depth in metres, 0 where unknown.
        told_apart: (n, num_surfaces) bool: the classes that the image's labels tell apart.
        walkable: (n, h, w): 1 on one of the image's ``two_way`` classes, 0 on none of them,
            ``UNLABELLED`` where unknown.
        two_way: (n, num_surfaces) bool.
        emphasis: (n, h, w): how often over a pixel counts in the surface loss.
    """

    rgb: Tensor
    surfaces: Tensor
    depth: Tensor
    told_apart: Tensor
    walkable: Tensor
    two_way: Tensor
    emphasis: Tensor

    def on(self, device: torch.device) -> Batch:
        """Return the batch on ``device``, rgb in [0, 1] and labels int64; bytes travel faster."""
        moved = Batch(*(tensor.to(device, non_blocking=True) for tensor in self))
        return moved._replace(
            rgb=moved.rgb.float().div_(255),
            surfaces=moved.surfaces.long(),
            walkable=moved.walkable.long(),
        )
