"""The drivable area of BDD100K in its published layout.

Yu et al., "BDD100K: A diverse driving dataset for heterogeneous multitask learning" (2020).
images/100k/SPLIT/NAME.jpg and labels/drivable/masks/SPLIT/NAME.png with 0 for direct (the car's
own lane), 1 for alternative (another lane that it may take) and 2 for background.

Both drivable classes are road. The background is everything else, lanes of oncoming traffic
included, so it says that a pixel is not drivable without naming a surface. The label is therefore
two-way.
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
    """100,000 street images with two-way labels: drivable or not."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: The split is unknown, or its folder holds no images.
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
        """Return the splits in ``root`` (see ``Reader``)."""
        return [split for split in SPLITS if (root / "images" / "100k" / split).is_dir()]

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the image and the mask of a sample (see ``Dataset``)."""
        return self.images[index], self.masks[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        mask = self._read_mask(index)
        require_same_size(rgb, mask, self.images[index], self.masks[index])
        two_way = np.full(256, UNLABELLED, np.uint8)
        two_way[[DIRECT, ALTERNATIVE]] = 1
        two_way[BACKGROUND] = 0
        return Sample(rgb, np.full(mask.shape, UNLABELLED, np.uint8), walkable=two_way[mask])

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return an unlabelled mask (see ``Dataset``): a two-way label names no surface."""
        return np.full(self._read_mask(index).shape, UNLABELLED, np.uint8)

    def _read_mask(self, index: int) -> NDArray[np.uint8]:
        mask = read_mask(self.masks[index])
        known = mask[mask != UNLABELLED]
        if known.size and known.max() > BACKGROUND:
            raise DataError(
                f"'{self.masks[index]}' holds class {known.max()}; BDD100K's drivable masks hold "
                "0 (direct), 1 (alternative), 2 (background). Give the folder of masks, not of "
                "colour maps."
            )
        return mask
