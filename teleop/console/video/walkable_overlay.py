"""The walkable overlay: tints the pixels that the perception network classifies as walkable."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from drive2walk.robot.geometry.arrays import Image


@dataclasses.dataclass(frozen=True)
class WalkableOverlay:
    """Tints walkable pixels; it is pickled to the video process, so it loads the network there.

    Attributes:
        weights: Weight file of the network.
        surfaces: Names of the surfaces that this robot may step on.
    """

    weights: Path
    surfaces: tuple[str, ...]

    def load(self) -> Callable[[Image], Image]:
        """Return a function that tints the walkable pixels of an image (height, width, 3) RGB.

        Raises:
            WeightsError: The weights can't be used.
        """
        # Torch takes seconds to import, so it is imported only for an overlay.
        import torch

        from drive2walk.perception.inference.overlay import overlay_walkable
        from drive2walk.perception.inference.predictor import Predictor

        torch.set_num_threads(1)
        predictor = Predictor.load(self.weights, self.surfaces)

        def tint(image: Image) -> Image:
            walkable = predictor(image).walkable_at(*image.shape[:2])
            return overlay_walkable(image, walkable > 0.5)

        return tint
