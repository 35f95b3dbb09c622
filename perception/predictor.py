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

from perception.folding import folded
from perception.losses import EXCLUDED
from perception.network import REFERENCE_FOCAL_PX, Network
from perception.surfaces import SURFACES, surface_ids
from perception.weights import Knowledge, load_weights

# Sides of the network's input are multiples of this; finer strides then meet pixel on pixel.
SIDE_MULTIPLE = 8
LEAST_SIDE = 32


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

    def probability(self, among: Iterable[int]) -> NDArray[np.float32]:
        """Return the probability that a pixel shows one ``among`` the taxonomy's ids, (h, w)."""
        height, width = self.walkable.shape
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
    """Runs a network on images of any size.

    Attributes:
        network: in evaluation mode, with its batch norms folded.
        knowledge: what the network was taught.
    """

    def __init__(
        self, network: Network, knowledge: Knowledge, walkable: Iterable[str] | None = None
    ) -> None:
        """Prepare a network; ``walkable`` are the robot's surfaces if not the network's own."""
        self.network = folded(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.knowledge = knowledge
        self.walkable_ids = surface_ids(knowledge.walkable if walkable is None else walkable)
        untaught = [name not in knowledge.surfaces for name in SURFACES]
        self._untaught = torch.tensor(untaught)[:, None, None]

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
        shape = (rgb.shape[0], rgb.shape[1])
        height, width = input_size(*shape, self.knowledge.input_size)
        resized = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
        x = torch.from_numpy(resized).permute(2, 0, 1)[None].float() / 255
        with torch.inference_mode():
            output = self.network(x.contiguous(memory_format=torch.channels_last))
            logits = output.surfaces[0].masked_fill(self._untaught, EXCLUDED)
            probabilities = logits.softmax(dim=0).numpy()
            log_depth = output.log_depth[0].numpy()
        walkable = _resize(probabilities[self.walkable_ids].sum(axis=0), height, width)
        depth_m = None
        if self.knowledge.depth and focal_px is not None:
            focal_input_px = focal_px * math.sqrt(height * width / (rgb.shape[0] * rgb.shape[1]))
            scale = np.float32(focal_input_px / REFERENCE_FOCAL_PX)
            depth_m = np.exp(_resize(log_depth, height, width)) * scale
        return Prediction(probabilities, walkable, depth_m)


def input_size(height: int, width: int, trained_for: tuple[int, int]) -> tuple[int, int]:
    """Return the height and width at which an image is fed to a network.

    The aspect is kept. An image larger than the size (width, height) that the network was
    trained for is shrunk to the same area; a smaller one is kept, for detail isn't gained.
    """
    factor = min(1.0, math.sqrt(trained_for[0] * trained_for[1] / (height * width)))
    sides = (round(side * factor / SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))
    rows, columns = (max(LEAST_SIDE, side) for side in sides)
    return rows, columns


def _resize(values: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    if values.shape == (height, width):
        return values
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)
