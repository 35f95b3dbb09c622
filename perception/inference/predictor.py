"""The predictor, which returns surfaces, walkable ground and depth for one camera image."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.perception.datasets.dataset import Sample
from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX, Network
from drive2walk.perception.network.weights import Knowledge, load_weights
from drive2walk.robot.surfaces import SURFACES, surface_ids

# The sides of the input are multiples of the coarsest stride, so that all maps are aligned, as in
# training. With 432 rows instead of 448, the mIoU on CamVid was 2 points lower.
SIDE_MULTIPLE = 32
MIN_SIDE = 32
# Probability above which a pixel counts as walkable.
WALKABLE_THRESHOLD = 0.5


@dataclasses.dataclass(frozen=True)
class Prediction:
    """Prediction for one image, where (h, w) is the size of the network's input.

    Attributes:
        probabilities: Probability of each surface (num_surfaces, h/2, w/2), float32; 0 for
            surfaces that the network was not trained on.
        walkable: Probability (h, w) of a walkable surface, float32.
        depth_m: Z-depth (h, w) in metres, float32; None without a focal length or a trained depth
            head.
    """

    probabilities: NDArray[np.float32]
    walkable: NDArray[np.float32]
    depth_m: NDArray[np.float32] | None

    def probability_at(self, height: int, width: int, ids: Iterable[int]) -> NDArray[np.float32]:
        """Return the probability of any of the surfaces ``ids``, (height, width)."""
        return _resize(self.probabilities[list(ids)].sum(axis=0), height, width)

    def walkable_at(self, height: int, width: int) -> NDArray[np.float32]:
        """Return the probability of a walkable surface, (height, width)."""
        return _resize(self.walkable, height, width)

    def surfaces_at(self, height: int, width: int, ids: Iterable[int]) -> NDArray[np.uint8]:
        """Return the most probable of the surfaces ``ids`` at each pixel, (height, width)."""
        candidates = np.array(sorted(ids), np.uint8)
        maps = [_resize(self.probabilities[i], height, width) for i in candidates]
        return candidates[np.argmax(maps, axis=0)]

    def depth_at(self, height: int, width: int) -> NDArray[np.float32] | None:
        """Return the z-depth in metres, (height, width); None without depth."""
        return None if self.depth_m is None else _resize(self.depth_m, height, width)


class Predictor:
    """Runs a network on images of any size, on the CPU as the robot does.

    Attributes:
        network: Network in evaluation mode, with its batch norms folded.
        knowledge: Training data of the network.
        walkable_ids: Surface ids that count as walkable.
    """

    def __init__(
        self, network: Network, knowledge: Knowledge, walkable: Iterable[str] | None = None
    ) -> None:
        """Prepare a network.

        Args:
            network: Network in evaluation mode.
            knowledge: Training data of the network.
            walkable: Surfaces that count as walkable; None for those of ``knowledge``.

        Raises:
            DataError: A name in ``walkable`` is not a surface.
        """
        self.network = fold_batch_norms(network).to("cpu", memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.knowledge = knowledge
        self.walkable_ids = surface_ids(knowledge.walkable if walkable is None else walkable)
        self._untrained = untrained_classes(knowledge)[:, None, None]

    @classmethod
    def load(cls, path: Path, walkable: Iterable[str] | None = None) -> Predictor:
        """Return the predictor of a weight file.

        Raises:
            WeightsError: The file can't be used.
        """
        return cls(*load_weights(path), walkable)

    def __call__(self, rgb: NDArray[np.uint8], focal_px: float | None = None) -> Prediction:
        """Return the prediction for an image.

        Args:
            rgb: Image (height, width, 3), uint8.
            focal_px: Focal length of the camera in pixels of this image; without it the prediction
                has no depth.
        """
        trained = (self.knowledge.input_size, self.knowledge.enlarge)
        height, width = input_size(rgb.shape[0], rgb.shape[1], *trained)
        return self.predict(image_tensor(rgb, height, width), rgb.shape[:2], focal_px)

    def see(self, sample: Sample) -> Prediction:
        """Return the prediction for the image of ``sample``."""
        return self(sample.rgb, sample.focal_px)

    def predict(self, x: Tensor, shape: tuple[int, ...], focal_px: float | None) -> Prediction:
        """Return the prediction for an input of the network.

        Args:
            x: Input (1, channels, h, w).
            shape: Height and width of the original image.
            focal_px: Focal length of the camera in pixels of the original image; without it the
                prediction has no depth.
        """
        height, width = x.shape[-2:]
        with torch.inference_mode():
            output = self.network(x.contiguous(memory_format=torch.channels_last))
            logits = output.surfaces[0].masked_fill(self._untrained, EXCLUDED)
            probabilities = logits.softmax(dim=0).numpy()
            log_depth = output.log_depth[0].numpy()
        walkable = _resize(probabilities[self.walkable_ids].sum(axis=0), height, width)
        depth_m = None
        if self.knowledge.depth and focal_px is not None:
            focal_input_px = focal_px * math.sqrt(height * width / (shape[0] * shape[1]))
            scale = np.float32(focal_input_px / REFERENCE_FOCAL_PX)
            depth_m = np.exp(_resize(log_depth, height, width)) * scale
        return Prediction(probabilities, walkable, depth_m)


def untrained_classes(knowledge: Knowledge) -> Tensor:
    """Return which surfaces a network can't predict, (num_surfaces,) bool."""
    return torch.tensor([not knowledge.rest and s not in knowledge.surfaces for s in SURFACES])


def image_tensor(rgb: NDArray[np.uint8], height: int, width: int) -> Tensor:
    """Return an image (h, w, 3), resized to an input (1, 3, height, width) in [0, 1]."""
    larger = height * width > rgb.shape[0] * rgb.shape[1]
    interpolation = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    resized = cv2.resize(rgb, (width, height), interpolation=interpolation)
    return torch.from_numpy(resized).permute(2, 0, 1)[None].float() / 255


def input_size(
    height: int, width: int, trained_for: tuple[int, int], enlarge: bool = False
) -> tuple[int, int]:
    """Return the height and width of the network's input for an image.

    The aspect ratio is kept apart from rounding. Images with a larger area than ``trained_for``
    are shrunk to that area. Smaller ones keep their size, because enlarging adds no detail, unless
    the network was trained on objects of one size only and needs ``enlarge``.

    Args:
        height: Height of the image in pixels.
        width: Width of the image in pixels.
        trained_for: Width and height that the network was trained for.
        enlarge: Whether smaller images are enlarged to the same area.
    """
    factor = math.sqrt(trained_for[0] * trained_for[1] / (height * width))
    factor = factor if enlarge else min(1.0, factor)
    sides = (round(side * factor / SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))
    rows, columns = (max(MIN_SIDE, side) for side in sides)
    return rows, columns


def _resize(values: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    if values.shape == (height, width):
        return values
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)
