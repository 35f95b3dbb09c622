"""What a teacher may see beside the camera's image: the true depth, never deployed.

On a plane the inverse depth is affine in the pixel, so its slope tells which plane a pixel lies
on: down the image it is 1 / (f h) on a level floor h metres below the camera, 0 on a wall, and
in between on a table. With depth as the reference camera sees it, f is the same in any crop.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import cv2
import torch
from torch import Tensor, nn

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.inference.predictor import (
    LEAST_SIDE,
    Prediction,
    Predictor,
    image_tensor,
    input_size,
)
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX, Network

# Half the distance in pixels over which a slope is taken: a nearest-neighbour resize repeats rows.
SLOPE_REACH = 2
STEEPEST = 4.0
DEPTH_CHANNELS = 4


def with_depth(rgb: Tensor, depth: Tensor) -> Tensor:
    """Return the image with four channels more: inverse depth, its two slopes, and known or not.

    Args:
        rgb: (n, 3, h, w) in [0, 1].
        depth: (n, h, w) reference-focal z-depth in metres, 0 where unknown.

    Returns:
        (n, 7, h, w); inverse depth in 1/m, slopes times the reference focal length (across,
        down) in 1/m and within +-4, known in {0, 1}.
    """
    known = depth > 0
    inverse = torch.where(known, 1 / depth.clamp(min=0.1), 0.0)
    slopes = [_slope(inverse, known, dim) for dim in (-1, -2)]
    extra = torch.stack([inverse, *slopes, known.to(inverse.dtype)], dim=1)
    return torch.cat([rgb, extra], dim=1)


def _slope(inverse: Tensor, known: Tensor, dim: int) -> Tensor:
    reach = SLOPE_REACH
    inner = inverse.shape[dim] - 2 * reach
    before, after = inverse.narrow(dim, 0, inner), inverse.narrow(dim, 2 * reach, inner)
    both = known.narrow(dim, 0, inner) & known.narrow(dim, 2 * reach, inner)
    slope = torch.where(both, (after - before) * (REFERENCE_FOCAL_PX / (2 * reach)), 0.0)
    result = torch.zeros_like(inverse)
    result.narrow(dim, reach, inner).copy_(slope.clamp(-STEEPEST, STEEPEST))
    return result


# What a network in training may be fed, by the name that a config gives it: of image and depth.
INPUTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "camera": lambda rgb, depth: rgb,
    "camera+depth": with_depth,
}


def widen(network: Network) -> Network:
    """Let ``network`` take ``with_depth``'s channels: its first convolution grows, in place.

    What it knows about the image stays; the new channels start at random.

    Raises:
        ConfigError: the trunk mixes the image in again further on, so it can't take more of it.
    """
    module, name, first = next(
        (module, name, child)
        for module in network.trunk.modules()
        for name, child in module.named_children()
        if isinstance(child, nn.Conv2d)
    )
    setattr(module, name, _wider(first))
    _widen_normalisation(network)
    channels = 3 + DEPTH_CHANNELS
    try:
        with torch.inference_mode():
            copy.deepcopy(network).eval()(torch.zeros(1, channels, LEAST_SIDE, LEAST_SIDE))
    except RuntimeError as error:
        raise ConfigError(
            f"trunk '{network.config.trunk}' can't see depth: it mixes the image in more than "
            "once. Give a RegNetY as the size."
        ) from error
    return network


def _wider(conv: nn.Conv2d) -> nn.Conv2d:
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
    # The channels of depth are of a size that a network likes already.
    shape = (1, DEPTH_CHANNELS, 1, 1)
    network.mean = torch.cat([network.mean, torch.zeros(shape)], dim=1)
    network.std = torch.cat([network.std, torch.ones(shape)], dim=1)


class PrivilegedPredictor(Predictor):
    """A predictor of a widened network; it sees samples with depth, never images alone."""

    def see(self, sample: Sample) -> Prediction:
        """Return what image and depth of ``sample`` show.

        Raises:
            DataError: the sample has no depth.
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
        x = with_depth(image_tensor(sample.rgb, height, width), depth)
        return self.predict(x, shape, sample.focal_px)
