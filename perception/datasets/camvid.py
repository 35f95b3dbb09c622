"""CamVid in the SegNet tutorial's layout: SPLIT/ images and SPLITannot/ masks.

Brostow et al., "Semantic object classes in video" (2009). 8-bit masks of class ids in the
order of ``CLASSES``; 11 is unlabelled.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.datasets.dataset import Dataset, Sample
from perception.datasets.images import list_images, read_mask, read_rgb, require_same_size
from perception.surfaces import SURFACES, UNLABELLED, surface_ids
from robot.errors import DataError, unknown_name

CLASSES = SURFACES[:11]
CAMVID_UNLABELLED = 11
# Out in the street there is no room; a wall or a door may be part of CamVid's buildings.
ABSENT = ("floor", "ceiling")
SPLITS = ("train", "val", "test")


class CamVid(Dataset):
    """Real streets from a real car, eleven classes, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: the split is unknown, or its folder doesn't hold images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        self.images = list_images(root / split)
        self.masks = [root / f"{split}annot" / f"{path.stem}.png" for path in self.images]
        self.names = [path.stem for path in self.images]
        self.labelled = surface_ids(CLASSES)
        self.absent = tuple(surface_ids(ABSENT))
        self._to_surface = np.full(256, UNLABELLED, np.uint8)
        self._to_surface[: len(CLASSES)] = self.labelled

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits that ``root`` holds (see ``Dataset``)."""
        return [split for split in SPLITS if (root / split).is_dir()]

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's image and mask (see ``Dataset``)."""
        return self.images[index], self.masks[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        surfaces = self.surfaces(index)
        require_same_size(rgb, surfaces, self.images[index], self.masks[index])
        return Sample(rgb, surfaces)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a sample's mask alone (see ``Dataset``)."""
        mask = read_mask(self.masks[index])
        known = mask[mask != UNLABELLED]
        if known.size and known.max() > CAMVID_UNLABELLED:
            raise DataError(
                f"'{self.masks[index]}' holds class {known.max()}; CamVid's are 0 to "
                f"{CAMVID_UNLABELLED}."
            )
        return self._to_surface[mask]
