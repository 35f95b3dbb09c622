"""BDD100K's drivable area in its published layout.

Yu et al., "BDD100K: A diverse driving dataset for heterogeneous multitask learning" (2020).
images/100k/SPLIT/NAME.jpg and labels/drivable/masks/SPLIT/NAME.png: 0 direct (the car's own
lane), 1 alternative (another lane it may take), 2 background.

Both drivable kinds are road. The background is whatever a car may not drive on, the other
direction's lanes among it: it says that a pixel is not drivable, and names nothing. So the label
is two-way, drivable or not, and no surface is told apart from the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.images import (
    list_images,
    read_mask,
    read_rgb,
    require_same_size,
)
from drive2walk.robot.surfaces import DRIVABLE, UNLABELLED, surface_ids

DIRECT, ALTERNATIVE, BACKGROUND = range(3)
SPLITS = ("train", "val")


class Bdd100k(Reader):
    """A hundred thousand streets: drivable, or not."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: the split is unknown, or its folder doesn't hold images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        self.images = list_images(root / "images" / "100k" / split)
        masks = root / "labels" / "drivable" / "masks" / split
        self.masks = [masks / f"{path.stem}.png" for path in self.images]
        self.names = [path.stem for path in self.images]
        self.labelled = []
        self.two_way = tuple(surface_ids(DRIVABLE))

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits that ``root`` holds (see ``Reader``)."""
        return [split for split in SPLITS if (root / "images" / "100k" / split).is_dir()]

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's image and mask (see ``Dataset``)."""
        return self.images[index], self.masks[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        mask = self._mask(index)
        require_same_size(rgb, mask, self.images[index], self.masks[index])
        two_way = np.full(256, UNLABELLED, np.uint8)
        two_way[[DIRECT, ALTERNATIVE]] = 1
        two_way[BACKGROUND] = 0
        return Sample(rgb, self._unnamed(mask), walkable=two_way[mask])

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a mask without a label (see ``Dataset``): a two-way label names no surface."""
        return self._unnamed(self._mask(index))

    def _mask(self, index: int) -> NDArray[np.uint8]:
        mask = read_mask(self.masks[index])
        known = mask[mask != UNLABELLED]
        if known.size and known.max() > BACKGROUND:
            raise DataError(
                f"'{self.masks[index]}' holds class {known.max()}; BDD100K's drivable masks hold "
                "0 (direct), 1 (alternative), 2 (background). Give the folder of masks, not of "
                "colour maps."
            )
        return mask

    @staticmethod
    def _unnamed(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.full(mask.shape, UNLABELLED, np.uint8)
