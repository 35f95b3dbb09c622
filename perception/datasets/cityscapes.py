"""Cityscapes in its published layout, mapped into the taxonomy.

Cordts et al., "The Cityscapes dataset for semantic urban scene understanding" (2016).
leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png and gtFine/SPLIT/CITY/NAME_gtFine_labelIds.png with
the dataset's own ids (not the train ids).
"""

from __future__ import annotations

from pathlib import Path

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.id_masks import IdMasks
from drive2walk.robot.surfaces import surface_ids

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


class Cityscapes(IdMasks):
    """Real streets of fifty cities, eleven of our classes, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: the split is unknown, or its folder doesn't hold images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        folder = root / "leftImg8bit" / split
        images = sorted(folder.glob(f"*/*{IMAGE_ENDING}"))
        if not images:
            raise DataError(f"no '{folder}/CITY/NAME{IMAGE_ENDING}'. Give Cityscapes' root folder.")
        names = [path.name.removesuffix(IMAGE_ENDING) for path in images]
        masks = [
            root / "gtFine" / split / path.parent.name / f"{name}{MASK_ENDING}"
            for path, name in zip(images, names, strict=True)
        ]
        ids = "Cityscapes' labelIds (give those, not the colours or the instances)"
        super().__init__(images, masks, names, SURFACE_OF_ID, LAST_ID, ids)
        self.absent = tuple(surface_ids(ABSENT))

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits that ``root`` holds (see ``Reader``)."""
        return [split for split in SPLITS if (root / "leftImg8bit" / split).is_dir()]
