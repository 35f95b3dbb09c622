"""What the heads are taught: pure functions of outputs and labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.robot.surfaces import UNLABELLED


def balance(shares: Tensor) -> Tensor:
    """Return class weights from pixel shares (num_classes,): 1 / ln(1.10 + share).

    The form is ENet's (Paszke et al., 2016), with 1.10 as ESPNet uses it.
    """
    return 1 / torch.log(1.10 + shares)


def surface_loss(
    logits: Tensor, labels: Tensor, told_apart: Tensor, weights: Tensor, emphasis: Tensor
) -> Tensor:
    """Return the weighted cross-entropy, each image over the classes its labels tell apart.

    Args:
        logits: (n, num_classes, h, w).
        labels: (n, h, w) class ids, ``UNLABELLED`` where unknown; 0 is returned if nowhere known.
        told_apart: (n, num_classes) bool.
        weights: (num_classes,).
        emphasis: (n, h, w), how often over each pixel counts.
    """
    restricted = logits.masked_fill(~told_apart[:, :, None, None], EXCLUDED)
    error = F.cross_entropy(restricted, labels, weights, ignore_index=UNLABELLED, reduction="none")
    known = labels != UNLABELLED
    total = (weights[torch.where(known, labels, 0)] * known * emphasis).sum()
    return (error * emphasis).sum() / total.clamp(min=1e-6)


def walkable_loss(logits: Tensor, walkable: Tensor, two_way: Tensor) -> Tensor:
    """Return the mean of -log(the probability of all classes that a two-way label allows).

    The whole taxonomy is considered: what isn't walkable may be any of the rest.

    Args:
        logits: (n, num_classes, h, w).
        walkable: (n, h, w): 1 for one of the ``two_way`` classes, 0 for none of them,
            ``UNLABELLED`` where unknown; 0 is returned if nowhere known.
        two_way: (n, num_classes) bool.
    """
    inside = two_way[:, :, None, None]
    step_on, rest = (
        logits.masked_fill(~mask, EXCLUDED).logsumexp(dim=1) for mask in (inside, ~inside)
    )
    error = logits.logsumexp(dim=1) - torch.where(walkable == 1, step_on, rest)
    known = walkable != UNLABELLED
    return (error * known).sum() / known.sum().clamp(min=1)


def teacher_loss(
    logits: Tensor, teacher: Tensor, among: Tensor, rest: bool, temperature: float
) -> Tensor:
    """Return the mean over the pixels of T^2 KL(teacher || student), both softened by T.

    Hinton et al., "Distilling the Knowledge in a Neural Network" (2015).

    Args:
        logits: the student's, (n, num_classes, h, w).
        teacher: the teacher's logits, of the same shape.
        among: (num_classes,) bool: the classes that the teacher can name.
        rest: whether it also tells what is none of these; that is one class more.
        temperature: T.
    """
    ours, theirs = (
        (_named(x, among, rest) / temperature).log_softmax(dim=1) for x in (logits, teacher)
    )
    divergence = (theirs.exp() * (theirs - ours)).sum(dim=1)
    return temperature**2 * divergence.mean()


def _named(logits: Tensor, among: Tensor, rest: bool) -> Tensor:
    named = logits[:, among]
    if not rest:
        return named
    return torch.cat([named, logits[:, ~among].logsumexp(dim=1, keepdim=True)], dim=1)


def depth_loss(log_depth: Tensor, depth: Tensor) -> Tensor:
    """Return the mean absolute error of log depth (n, h, w) where depth > 0; 0 if nowhere."""
    known = depth > 0
    error = (log_depth - torch.log(depth.clamp(min=1e-3))).abs()
    return (error * known).sum() / known.sum().clamp(min=1)
