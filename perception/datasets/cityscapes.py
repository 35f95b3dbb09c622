"""Cityscapes in its published layout, mapped into the taxonomy.

Cordts et al., "The Cityscapes dataset for semantic urban scene understanding" (2016).
leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png and gtFine/SPLIT/CITY/NAME_gtFine_labelIds.png with
the dataset's own ids (not the train ids).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.datasets.dataset import Dataset, Sample
from perception.datasets.images import read_mask, read_rgb, require_same_size
from perception.surfaces import UNLABELLED, surface_ids
from robot.errors import DataError, unknown_name

# The dataset's id of each kind of thing -> our surface. Kinds that fit none of ours, or several
# (ground, dynamic, rail track, bridge, tunnel, terrain), stay unlabelled.
SURFACE_OF_ID = {
    7: "road",
    8: "sidewalk",
    9: "road",  # parking
    11: "building",
    12: "building",  # wall that stands alone; ours are a room's
    13: "fence",
    14: "fence",  # guard rail
    17: "pole",
    18: "pole",  # poles in a group
    19: "sign",  # traffic light
    20: "sign",
    21: "tree",  # vegetation
    23: "sky",
    24: "person",
    25: "bicyclist",  # rider
    26: "car",
    27: "car",  # truck
    28: "car",  # bus
    29: "car",  # caravan
    30: "car",  # trailer
    31: "car",  # train
    32: "bicyclist",  # motorcycle
    33: "bicyclist",  # bicycle
}
# Greatest id in a mask; the licence plate's -1 is 255 there.
LAST_ID = 33
# Out in the street there is no room.
ABSENT = ("floor", "ceiling")
# The masks that are published for the test split hold nothing.
SPLITS = ("train", "val")
IMAGE_ENDING = "_leftImg8bit.png"
MASK_ENDING = "_gtFine_labelIds.png"


class Cityscapes(Dataset):
    """Real streets of fifty cities, eleven of our classes, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: the split is unknown, or its folder doesn't hold images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        folder = root / "leftImg8bit" / split
        self.images = sorted(folder.glob(f"*/*{IMAGE_ENDING}"))
        if not self.images:
            raise DataError(f"no '{folder}/CITY/NAME{IMAGE_ENDING}'. Give Cityscapes' root folder.")
        self.names = [path.name.removesuffix(IMAGE_ENDING) for path in self.images]
        self.masks = [
            root / "gtFine" / split / path.parent.name / f"{name}{MASK_ENDING}"
            for path, name in zip(self.images, self.names, strict=True)
        ]
        self.labelled = sorted(set(surface_ids(SURFACE_OF_ID.values())))
        self.absent = tuple(surface_ids(ABSENT))
        self._to_surface = np.full(256, UNLABELLED, np.uint8)
        self._to_surface[list(SURFACE_OF_ID)] = surface_ids(SURFACE_OF_ID.values())

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits that ``root`` holds (see ``Dataset``)."""
        return [split for split in SPLITS if (root / "leftImg8bit" / split).is_dir()]

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
        if known.size and known.max() > LAST_ID:
            raise DataError(
                f"'{self.masks[index]}' holds id {known.max()}; Cityscapes' are 0 to {LAST_ID}. "
                "Give the labelIds, not the colours or the instances."
            )
        return self._to_surface[mask]
