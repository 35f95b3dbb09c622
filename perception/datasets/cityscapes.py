"""Cityscapes in its published layout, mapped to the project's surfaces.

Cordts et al., "The Cityscapes dataset for semantic urban scene understanding" (2016).
leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png and gtFine/SPLIT/CITY/NAME_gtFine_labelIds.png with
label ids, not train ids.
"""

from __future__ import annotations

from pathlib import Path

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.id_masks import IdMasks
from drive2walk.robot.surfaces import surface_ids

# Label id -> surface. Labels that fit no surface or several of them (ground, dynamic, rail track,
# bridge, tunnel, terrain) stay unlabelled.
SURFACE_OF_ID = {
    7: "road",
    8: "sidewalk",
    9: "road",  # parking
    11: "building",
    12: "building",  # a wall outdoors; the surface "wall" belongs to a room
    13: "fence",
    14: "fence",  # guard rail
    17: "pole",
    18: "pole",  # pole group
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
# Highest id in a mask. The licence plate's id of -1 is stored as 255.
LAST_ID = 33
# Streets have no floor and no ceiling.
ABSENT = ("floor", "ceiling")
# The published masks of the test split are empty.
SPLITS = ("train", "val")
IMAGE_ENDING = "_leftImg8bit.png"
MASK_ENDING = "_gtFine_labelIds.png"


class Cityscapes(IdMasks):
    """Street images of fifty cities, eleven surfaces, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: The split is unknown, or its folder holds no images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        folder = root / "leftImg8bit" / split
        images = sorted(folder.glob(f"*/*{IMAGE_ENDING}"))
        if not images:
            raise DataError(
                f"no '{folder}/CITY/NAME{IMAGE_ENDING}'. Give the root folder of Cityscapes."
            )
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
        """Return the splits in ``root`` (see ``Reader``)."""
        return [split for split in SPLITS if (root / "leftImg8bit" / split).is_dir()]
