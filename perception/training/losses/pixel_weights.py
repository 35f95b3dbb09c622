"""Where a mistake costs more: along the edge of walkable ground, and on thin obstacles."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.evaluation.metrics import thin_obstacles
from drive2walk.robot.surfaces import UNLABELLED


@dataclasses.dataclass(frozen=True)
class EmphasisConfig:
    """How often over a pixel counts in the surface loss; 1 is as often as any other.

    Attributes:
        edge: within ``edge_px`` of where walkable ground begins or ends.
        edge_px: half the width of that band, in pixels of the training example.
        thin: on thin obstacles (``metrics.thin_obstacles``): few pixels, and a fall.
    """

    edge: float = 1.0
    edge_px: int = 3
    thin: float = 1.0

    def __post_init__(self) -> None:
        """Check what would otherwise hide labels."""
        if min(self.edge, self.thin) < 1 or self.edge_px < 1:
            raise ConfigError(
                f"emphasis: got edge {self.edge:g}, thin {self.thin:g}, edge_px {self.edge_px}; "
                "none may be below 1."
            )


def uniform(surfaces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return 1 for each pixel, (height, width): no mistake costs more than another."""
    return np.ones(surfaces.shape, np.float32)


def emphasis(
    surfaces: NDArray[np.uint8], walkable_ids: list[int], config: EmphasisConfig
) -> NDArray[np.float32]:
    """Return how often over each pixel counts, (height, width).

    Args:
        surfaces: the taxonomy's ids, ``UNLABELLED`` where unknown.
        walkable_ids: the surfaces that are walkable.
        config: the factors; the largest one that applies is taken.
    """
    known = surfaces != UNLABELLED
    walkable = np.isin(surfaces, walkable_ids)
    kernel = np.ones([2 * config.edge_px + 1] * 2, np.uint8)
    near_ground = cv2.dilate(walkable.astype(np.uint8), kernel) > 0
    near_rest = cv2.dilate((known & ~walkable).astype(np.uint8), kernel) > 0
    weight = uniform(surfaces)
    weight[near_ground & near_rest] = config.edge
    thin = thin_obstacles(walkable, known)
    weight[thin] = np.maximum(weight[thin], config.thin)
    return weight
