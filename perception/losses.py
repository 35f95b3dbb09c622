"""What the heads are taught: pure functions of outputs and labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from perception.surfaces import UNLABELLED

# A logit this low has no share in a softmax, and unlike -inf no NaN in its gradient.
EXCLUDED = -1e4


def balance(shares: Tensor) -> Tensor:
    """Return class weights from pixel shares (num_classes,): 1 / ln(1.10 + share).

    The form is ENet's (Paszke et al., 2016), with 1.10 as ESPNet uses it.
    """
    return 1 / torch.log(1.10 + shares)


def surface_loss(logits: Tensor, labels: Tensor, told_apart: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted cross-entropy, each image over the classes its labels tell apart.

    Args:
        logits: (n, num_classes, h, w).
        labels: (n, h, w) class ids, ``UNLABELLED`` where unknown.
        told_apart: (n, num_classes) bool.
        weights: (num_classes,).
    """
    restricted = logits.masked_fill(~told_apart[:, :, None, None], EXCLUDED)
    return F.cross_entropy(restricted, labels, weights, ignore_index=UNLABELLED)


def depth_loss(log_depth: Tensor, depth: Tensor) -> Tensor:
    """Return the mean absolute error of log depth (n, h, w) where depth > 0; 0 if nowhere."""
    known = depth > 0
    error = (log_depth - torch.log(depth.clamp(min=1e-3))).abs()
    return (error * known).sum() / known.sum().clamp(min=1)
