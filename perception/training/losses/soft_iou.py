"""What an IoU scores, as a loss: a rare surface's overlap counts as much as a common one's."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.robot.surfaces import UNLABELLED

# Of a batch's pixels every so many a side are compared: sorting them is what costs.
STRIDE = 2


def overlap_loss(logits: Tensor, labels: Tensor, told_apart: Tensor) -> Tensor:
    """Return the Lovász-softmax loss, the mean over the classes that the labels show.

    Berman et al., "The Lovász-Softmax loss" (2018), over the pixels of the whole batch.

    Args:
        logits: (n, num_classes, h, w).
        labels: (n, h, w) class ids, ``UNLABELLED`` where unknown; 0 is returned if nowhere known.
        told_apart: (n, num_classes) bool: each image's probabilities are over these alone.
    """
    kept = (..., slice(None, None, STRIDE), slice(None, None, STRIDE))
    restricted = logits[kept].masked_fill(~told_apart[:, :, None, None], EXCLUDED)
    labels = labels[kept]
    known = labels != UNLABELLED
    probabilities = restricted.softmax(dim=1).movedim(1, 0)[:, known]
    shown = labels[known].unique()
    if not len(shown):
        return logits.sum() * 0.0
    true = labels[known] == shown[:, None]
    errors, order = (true.to(logits.dtype) - probabilities[shown]).abs().sort(descending=True)
    return (errors * jaccard_steps(true.gather(1, order))).sum(dim=1).mean()


def jaccard_steps(true: Tensor) -> Tensor:
    """Return by how much each pixel in turn, once it is wrong, adds to the Jaccard distance.

    Args:
        true: (num_classes, num_pixels) bool: whether a pixel is of the class; the pixels that
            become wrong first come first.

    Returns:
        (num_classes, num_pixels); each row sums up to 1 if one of its pixels is of the class.
    """
    total = true.sum(dim=1, keepdim=True)
    hit = total - true.cumsum(dim=1)
    union = total + (~true).cumsum(dim=1)
    distance = 1 - hit / union
    return torch.diff(distance, dim=1, prepend=torch.zeros_like(distance[:, :1]))
