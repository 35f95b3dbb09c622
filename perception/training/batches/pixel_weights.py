"""Higher weights for pixels at the edge of walkable ground and on thin obstacles."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.evaluation.metrics import thin_obstacles
from drive2walk.robot.surfaces import UNLABELLED


@dataclasses.dataclass(frozen=True)
class PixelWeightConfig:
    """Weights of pixels in the surface loss; other pixels have a weight of 1.

    Attributes:
        edge: Weight of pixels within ``edge_px`` of the edge of walkable ground.
        edge_px: Half the width of that band, in pixels of the training example.
        thin: Weight of pixels on thin obstacles (``metrics.thin_obstacles``), which are few but
            can make a robot fall.
    """

    edge: float = 1.0
    edge_px: int = 3
    thin: float = 1.0

    def __post_init__(self) -> None:
        """Check that no label is weakened.

        Raises:
            ConfigError: A number is below 1.
        """
        if min(self.edge, self.thin) < 1 or self.edge_px < 1:
            raise ConfigError(
                f"pixel_weights: got edge {self.edge:g}, thin {self.thin:g}, edge_px "
                f"{self.edge_px}; none may be below 1."
            )


def weigh_equally(surfaces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a weight of 1 for each pixel, (height, width)."""
    return np.ones(surfaces.shape, np.float32)


def weigh_pixels(
    surfaces: NDArray[np.uint8], walkable_ids: list[int], config: PixelWeightConfig
) -> NDArray[np.float32]:
    """Return the weight of each pixel, (height, width).

    Args:
        surfaces: Surface ids (height, width), ``UNLABELLED`` where unknown.
        walkable_ids: Surface ids that count as walkable.
        config: Weights; where several apply, the largest counts.
    """
    known = surfaces != UNLABELLED
    walkable = np.isin(surfaces, walkable_ids)
    kernel = np.ones([2 * config.edge_px + 1] * 2, np.uint8)
    near_ground = cv2.dilate(walkable.astype(np.uint8), kernel) > 0
    near_rest = cv2.dilate((known & ~walkable).astype(np.uint8), kernel) > 0
    weight = weigh_equally(surfaces)
    weight[near_ground & near_rest] = config.edge
    thin = thin_obstacles(walkable, known)
    weight[thin] = np.maximum(weight[thin], config.thin)
    return weight
