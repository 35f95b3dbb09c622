"""Conversion of published ESPNet weights: names of the state dict, and the order of colours."""

from __future__ import annotations

import torch
from torch import Tensor

from drive2walk.perception.network.trunks.espnet import LEVEL2_WIDTH, STEM_WIDTH


def rename_keys(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the published state dict under the names ``trunk.NAME`` and ``decoder.NAME``.

    The published file has no counters of batch norms; they are added, and have no effect.
    """
    renamed = {_rename_key(name): tensor for name, tensor in published.items()}
    norms = [n.removesuffix("running_mean") for n in renamed if n.endswith("running_mean")]
    return renamed | {f"{norm}num_batches_tracked": torch.tensor(0) for norm in norms}


def bgr_to_rgb(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights for RGB images from weights for BGR images.

    The colour channels are reversed wherever weights are applied to the image: in the first
    convolution, and where the image is concatenated before levels 2 and 3.
    """
    reversed_weights = dict(weights)
    for name, dim, first in _image_channels(weights):
        kept = weights[name].narrow(dim, 0, first)
        image = weights[name].narrow(dim, first, 3).flip(dim)
        reversed_weights[name] = torch.cat([kept, image], dim=dim)
    return reversed_weights


def rename_encoder_key(name: str) -> str:
    """Return the name of an encoder weight with the norms of the two strided modules in "bn"."""
    for module in ("level2_0", "level3_0"):
        for layer in ("bn", "act"):
            if name.startswith(f"{module}.{layer}."):
                return name.replace(f"{module}.{layer}.", f"{module}.bn.{layer}.")
    return name


def _rename_key(published: str) -> str:
    if published.startswith("encoder.classifier."):
        return published.replace("encoder.classifier.", "decoder.classifier_l3.")
    part, rest = "decoder", published
    if published.startswith("encoder."):
        part, rest = "trunk", published.removeprefix("encoder.")
    return f"{part}.{rename_encoder_key(rest)}"


def _image_channels(weights: dict[str, Tensor]) -> list[tuple[str, int, int]]:
    """Return (name, dimension, first channel) of each tensor whose last channels are the image."""
    level2, level3 = STEM_WIDTH, 2 * LEVEL2_WIDTH
    norms = {"trunk.b1.": level2, "trunk.b2.": level3}
    after_norms = [
        (name, 0, first)
        for norm, first in norms.items()
        for name, tensor in weights.items()
        if name.startswith(norm) and tensor.dim() == 1
    ]
    return [
        ("trunk.level1.conv.weight", 1, 0),
        *after_norms,
        ("trunk.level2_0.c1.conv.weight", 1, level2),
        ("trunk.level3_0.c1.conv.weight", 1, level3),
        ("decoder.level3_C.conv.weight", 1, level3),
    ]
