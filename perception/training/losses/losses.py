"""Losses of the heads as pure functions of outputs and labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.robot.surfaces import UNLABELLED


def class_weights(fractions: Tensor) -> Tensor:
    """Return class weights 1 / ln(1.10 + fraction) from fractions of pixels, (num_classes,).

    The form is that of ENet (Paszke et al., 2016), with 1.10 as in ESPNet.
    """
    return 1 / torch.log(1.10 + fractions)


def surface_loss(
    logits: Tensor,
    labels: Tensor,
    labelled_classes: Tensor,
    weights: Tensor,
    pixel_weights: Tensor,
) -> Tensor:
    """Return the weighted cross-entropy, for each image over its labelled classes.

    Args:
        logits: Logits (n, num_classes, h, w).
        labels: Class ids (n, h, w), ``UNLABELLED`` where unknown. Without a known pixel the loss
            is 0.
        labelled_classes: Classes that the labels of each image distinguish, (n, num_classes),
            bool.
        weights: Weight of each class, (num_classes,).
        pixel_weights: Weight of each pixel, (n, h, w).
    """
    restricted = logits.masked_fill(~labelled_classes[:, :, None, None], EXCLUDED)
    error = F.cross_entropy(restricted, labels, weights, ignore_index=UNLABELLED, reduction="none")
    known = labels != UNLABELLED
    total = (weights[torch.where(known, labels, 0)] * known * pixel_weights).sum()
    return (error * pixel_weights).sum() / total.clamp(min=1e-6)


def walkable_loss(logits: Tensor, walkable: Tensor, two_way: Tensor) -> Tensor:
    """Return the mean of -log(probability of the classes that a two-way label allows).

    The probability is over the whole taxonomy, because a pixel that isn't walkable may show any
    other class.

    Args:
        logits: Logits (n, num_classes, h, w).
        walkable: Two-way label (n, h, w): 1 for one of the ``two_way`` classes, 0 for any other,
            ``UNLABELLED`` where unknown. Without a known pixel the loss is 0.
        two_way: Classes of the two-way label of each image, (n, num_classes), bool.
    """
    inside = two_way[:, :, None, None]
    walkable_logit, other_logit = (
        logits.masked_fill(~mask, EXCLUDED).logsumexp(dim=1) for mask in (inside, ~inside)
    )
    error = logits.logsumexp(dim=1) - torch.where(walkable == 1, walkable_logit, other_logit)
    known = walkable != UNLABELLED
    return (error * known).sum() / known.sum().clamp(min=1)


def teacher_loss(
    logits: Tensor, teacher: Tensor, named: Tensor, rest: bool, temperature: float
) -> Tensor:
    """Return the mean over pixels of T^2 KL(teacher || student), both at temperature T.

    Hinton et al., "Distilling the Knowledge in a Neural Network" (2015).

    Args:
        logits: Logits of the student, (n, num_classes, h, w).
        teacher: Logits of the teacher, of the same shape.
        named: Classes that the teacher was trained on, (num_classes,), bool.
        rest: Whether the teacher also recognises everything else; that counts as one more class.
        temperature: Temperature T.
    """
    student_log, teacher_log = (
        (_select_classes(x, named, rest) / temperature).log_softmax(dim=1)
        for x in (logits, teacher)
    )
    divergence = (teacher_log.exp() * (teacher_log - student_log)).sum(dim=1)
    return temperature**2 * divergence.mean()


def _select_classes(logits: Tensor, named: Tensor, rest: bool) -> Tensor:
    selected = logits[:, named]
    if not rest:
        return selected
    return torch.cat([selected, logits[:, ~named].logsumexp(dim=1, keepdim=True)], dim=1)


def depth_loss(log_depth: Tensor, depth: Tensor) -> Tensor:
    """Return the mean absolute error of log depth (n, h, w) where depth > 0; 0 without such."""
    known = depth > 0
    error = (log_depth - torch.log(depth.clamp(min=1e-3))).abs()
    return (error * known).sum() / known.sum().clamp(min=1)
