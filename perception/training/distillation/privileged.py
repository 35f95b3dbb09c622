"""Networks that see the true depth beside the camera image; they are teachers, never deployed."""

from __future__ import annotations

import copy
import math

import cv2
import torch
from torch import nn

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.inference.predictor import (
    MIN_SIDE,
    Prediction,
    Predictor,
    image_tensor,
    input_size,
)
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX, Network
from drive2walk.perception.training.distillation.network_inputs import DEPTH_CHANNELS, stack_depth


class PrivilegedPredictor(Predictor):
    """A predictor of a network with depth input; it needs samples with depth."""

    def see(self, sample: Sample) -> Prediction:
        """Return the prediction for image and depth of ``sample``.

        Raises:
            DataError: The sample has no depth.
        """
        if sample.depth_m is None or sample.focal_px is None:
            raise DataError("a teacher needs depth: give a dataset with depth/ and cameras.json.")
        shape = sample.rgb.shape[:2]
        trained = (self.knowledge.input_size, self.knowledge.enlarge)
        height, width = input_size(shape[0], shape[1], *trained)
        size = (width, height)
        depth_m = cv2.resize(sample.depth_m, size, interpolation=cv2.INTER_NEAREST)
        focal_px = sample.focal_px * math.sqrt(height * width / (shape[0] * shape[1]))
        depth = torch.from_numpy(depth_m)[None] * (REFERENCE_FOCAL_PX / focal_px)
        x = stack_depth(image_tensor(sample.rgb, height, width), depth)
        return self.predict(x, shape, sample.focal_px)


def widen_input(network: Network) -> Network:
    """Add the channels of ``stack_depth`` to the input of ``network``, in place.

    The weights for the image stay; those of the new channels are random.

    Raises:
        ConfigError: The trunk uses its input more than once, so that it can't be widened.
    """
    module, name, first = next(
        (module, name, child)
        for module in network.trunk.modules()
        for name, child in module.named_children()
        if isinstance(child, nn.Conv2d)
    )
    setattr(module, name, _widen_convolution(first))
    _widen_normalisation(network)
    channels = 3 + DEPTH_CHANNELS
    try:
        with torch.inference_mode():
            copy.deepcopy(network).eval()(torch.zeros(1, channels, MIN_SIDE, MIN_SIDE))
    except RuntimeError as error:
        raise ConfigError(
            f"trunk '{network.config.trunk}' can't see depth: it uses the image more than once. "
            "Give a RegNetY as the size."
        ) from error
    return network


def _widen_convolution(conv: nn.Conv2d) -> nn.Conv2d:
    assert isinstance(conv.padding, tuple)
    wider = nn.Conv2d(
        3 + DEPTH_CHANNELS,
        conv.out_channels,
        (conv.kernel_size[0], conv.kernel_size[1]),
        (conv.stride[0], conv.stride[1]),
        (conv.padding[0], conv.padding[1]),
        bias=conv.bias is not None,
    )
    with torch.no_grad():
        wider.weight[:, :3] = conv.weight
        if conv.bias is not None and wider.bias is not None:
            wider.bias.copy_(conv.bias)
    return wider


def _widen_normalisation(network: Network) -> None:
    # The channels of depth have a suitable range already.
    shape = (1, DEPTH_CHANNELS, 1, 1)
    network.mean = torch.cat([network.mean, torch.zeros(shape)], dim=1)
    network.std = torch.cat([network.std, torch.ones(shape)], dim=1)
