"""The walkable overlay: the ground that the robot's eyes take for walkable, over their image."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from drive2walk.robot.geometry.arrays import Image


@dataclasses.dataclass(frozen=True)
class WalkableOverlay:
    """Draws what a perception network takes for walkable; small enough to be pickled.

    Attributes:
        weights: the network's weight file.
        surfaces: names of the surfaces that this robot may step on.
    """

    weights: Path
    surfaces: tuple[str, ...]

    def load(self) -> Callable[[Image], Image]:
        """Return what tints the walkable pixels of an image (height, width, 3) RGB.

        Raises:
            WeightsError: the weights can't be used.
        """
        # Torch takes seconds to import: only once the overlay is asked for.
        import torch

        from drive2walk.perception.inference.overlay import overlay_walkable
        from drive2walk.perception.inference.predictor import Predictor

        torch.set_num_threads(1)
        predictor = Predictor.load(self.weights, self.surfaces)

        def tint(image: Image) -> Image:
            walkable = predictor(image).walkable_at(*image.shape[:2])
            return overlay_walkable(image, walkable > 0.5)

        return tint
