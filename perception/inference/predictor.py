"""The predictor: one camera image in, surfaces, walkable and depth out."""

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
from drive2walk.perception.network.folding import folded
from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.perception.network.network import REFERENCE_FOCAL_PX, Network
from drive2walk.perception.network.weights import Knowledge, load_weights
from drive2walk.robot.surfaces import SURFACES, surface_ids

# Sides of the network's input are multiples of this, its coarsest stride: all its maps then meet
# pixel on pixel, as in training. With 432 rows in place of 448 CamVid's mIoU was 2 points lower.
SIDE_MULTIPLE = 32
LEAST_SIDE = 32
# A pixel at least this probably walkable is called walkable.
WALKABLE_THRESHOLD = 0.5


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What the network sees, at the size (h, w) at which the image was fed to it.

    Attributes:
        probabilities: (num_surfaces, h/2, w/2) float32; 0 for classes it wasn't taught.
        walkable: (h, w) float32, the probability of a surface to step on.
        depth_m: (h, w) float32 z-depth in metres; None without a focal length or depth head.
    """

    probabilities: NDArray[np.float32]
    walkable: NDArray[np.float32]
    depth_m: NDArray[np.float32] | None

    def probability_at(self, height: int, width: int, among: Iterable[int]) -> NDArray[np.float32]:
        """Return how probable each pixel shows one ``among`` the taxonomy, (height, width)."""
        return _resize(self.probabilities[list(among)].sum(axis=0), height, width)

    def walkable_at(self, height: int, width: int) -> NDArray[np.float32]:
        """Return the walkable probability at another size, (height, width)."""
        return _resize(self.walkable, height, width)

    def surfaces_at(self, height: int, width: int, among: Iterable[int]) -> NDArray[np.uint8]:
        """Return the likeliest id ``among`` some of the taxonomy, (height, width)."""
        ids = np.array(sorted(among), np.uint8)
        maps = [_resize(self.probabilities[i], height, width) for i in ids]
        return ids[np.argmax(maps, axis=0)]

    def depth_at(self, height: int, width: int) -> NDArray[np.float32] | None:
        """Return the depth in metres at another size, (height, width)."""
        return None if self.depth_m is None else _resize(self.depth_m, height, width)


class Predictor:
    """Runs a network on images of any size, on the processor as the robot does.

    Attributes:
        network: in evaluation mode, with its batch norms folded.
        knowledge: what the network was taught.
    """

    def __init__(
        self, network: Network, knowledge: Knowledge, walkable: Iterable[str] | None = None
    ) -> None:
        """Prepare a network; ``walkable`` are the robot's surfaces if not the network's own."""
        self.network = folded(network).to("cpu", memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.knowledge = knowledge
        self.walkable_ids = surface_ids(knowledge.walkable if walkable is None else walkable)
        self._untaught = untaught(knowledge)[:, None, None]

    @classmethod
    def load(cls, path: Path, walkable: Iterable[str] | None = None) -> Predictor:
        """Return the predictor of a weight file.

        Raises:
            WeightsError: the file can't be used.
        """
        return cls(*load_weights(path), walkable)

    def __call__(self, rgb: NDArray[np.uint8], focal_px: float | None = None) -> Prediction:
        """Return what an image (height, width, 3) uint8 RGB shows.

        Args:
            rgb: the image.
            focal_px: the camera's focal length in pixels of this image; metres need it.
        """
        trained = (self.knowledge.input_size, self.knowledge.enlarge)
        height, width = input_size(rgb.shape[0], rgb.shape[1], *trained)
        return self.predict(image_tensor(rgb, height, width), rgb.shape[:2], focal_px)

    def see(self, sample: Sample) -> Prediction:
        """Return what the image of ``sample`` shows."""
        return self(sample.rgb, sample.focal_px)

    def predict(self, x: Tensor, shape: tuple[int, ...], focal_px: float | None) -> Prediction:
        """Return what an input of the network shows.

        Args:
            x: (1, channels, h, w), as the network takes it.
            shape: height and width of the image that it was made from.
            focal_px: the camera's focal length in pixels of that image; metres need it.
        """
        height, width = x.shape[-2:]
        with torch.inference_mode():
            output = self.network(x.contiguous(memory_format=torch.channels_last))
            logits = output.surfaces[0].masked_fill(self._untaught, EXCLUDED)
            probabilities = logits.softmax(dim=0).numpy()
            log_depth = output.log_depth[0].numpy()
        walkable = _resize(probabilities[self.walkable_ids].sum(axis=0), height, width)
        depth_m = None
        if self.knowledge.depth and focal_px is not None:
            focal_input_px = focal_px * math.sqrt(height * width / (shape[0] * shape[1]))
            scale = np.float32(focal_input_px / REFERENCE_FOCAL_PX)
            depth_m = np.exp(_resize(log_depth, height, width)) * scale
        return Prediction(probabilities, walkable, depth_m)


def untaught(knowledge: Knowledge) -> Tensor:
    """Return which classes have no say in a network's answer, (num_surfaces,) bool."""
    return torch.tensor([not knowledge.rest and s not in knowledge.surfaces for s in SURFACES])


def image_tensor(rgb: NDArray[np.uint8], height: int, width: int) -> Tensor:
    """Return an image (h, w, 3) resized, as a network takes it: (1, 3, height, width) in [0, 1]."""
    larger = height * width > rgb.shape[0] * rgb.shape[1]
    way = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    resized = cv2.resize(rgb, (width, height), interpolation=way)
    return torch.from_numpy(resized).permute(2, 0, 1)[None].float() / 255


def input_size(
    height: int, width: int, trained_for: tuple[int, int], enlarge: bool = False
) -> tuple[int, int]:
    """Return the height and width at which an image is fed to a network.

    The aspect is kept but for rounding. An image larger than the size (width, height) that the
    network was trained for is shrunk to the same area. A smaller one is kept, for detail isn't
    gained, or enlarged for a network that was trained on things of one size only.
    """
    factor = math.sqrt(trained_for[0] * trained_for[1] / (height * width))
    factor = factor if enlarge else min(1.0, factor)
    sides = (round(side * factor / SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))
    rows, columns = (max(LEAST_SIDE, side) for side in sides)
    return rows, columns


def _resize(values: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    if values.shape == (height, width):
        return values
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)
