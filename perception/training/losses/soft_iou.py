"""A differentiable form of the IoU, in which rare surfaces count as much as common ones."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.robot.surfaces import UNLABELLED

# Distance of the compared pixels per side. Sorting takes most of the time, so some are left out.
STRIDE = 2


def soft_iou_loss(logits: Tensor, labels: Tensor, labelled_classes: Tensor) -> Tensor:
    """Return the Lovász-softmax loss of the whole batch, a mean over the classes in the labels.

    Berman et al., "The Lovász-Softmax loss" (2018).

    Args:
        logits: Logits (n, num_classes, h, w).
        labels: Class ids (n, h, w), ``UNLABELLED`` where unknown. Without a known pixel the loss
            is 0.
        labelled_classes: Classes of the probabilities of each image, (n, num_classes), bool.
    """
    kept = (..., slice(None, None, STRIDE), slice(None, None, STRIDE))
    restricted = logits[kept].masked_fill(~labelled_classes[:, :, None, None], EXCLUDED)
    labels = labels[kept]
    known = labels != UNLABELLED
    probabilities = restricted.softmax(dim=1).movedim(1, 0)[:, known]
    present = labels[known].unique()
    if not len(present):
        return logits.sum() * 0.0
    true = labels[known] == present[:, None]
    errors, order = (true.to(logits.dtype) - probabilities[present]).abs().sort(descending=True)
    return (errors * jaccard_steps(true.gather(1, order))).sum(dim=1).mean()


def jaccard_steps(true: Tensor) -> Tensor:
    """Return the increase of the Jaccard distance as one pixel after another becomes wrong.

    Args:
        true: Whether each pixel is of the class, (num_classes, num_pixels), bool, in the order in
            which the pixels become wrong.

    Returns:
        (num_classes, num_pixels); each row sums to 1 if any of its pixels is of the class.
    """
    total = true.sum(dim=1, keepdim=True)
    hit = total - true.cumsum(dim=1)
    union = total + (~true).cumsum(dim=1)
    distance = 1 - hit / union
    return torch.diff(distance, dim=1, prepend=torch.zeros_like(distance[:, :1]))
