"""CamVid in the SegNet tutorial's layout: SPLIT/ images and SPLITannot/ masks.

Brostow et al., "Semantic object classes in video" (2009). 8-bit masks of class ids in the
order of ``CLASSES``; 11 is unlabelled.
"""

from __future__ import annotations

from pathlib import Path

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.id_masks import IdMasks
from drive2walk.perception.datasets.images import list_images
from drive2walk.robot.surfaces import SURFACES, surface_ids

CLASSES = SURFACES[:11]
CAMVID_UNLABELLED = 11
# Out in the street there is no room; a wall or a door may be part of CamVid's buildings.
ABSENT = ("floor", "ceiling")
SPLITS = ("train", "val", "test")


class CamVid(IdMasks):
    """Real streets from a real car, eleven classes, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: the split is unknown, or its folder doesn't hold images.
        """
        if split not in SPLITS:
            raise DataError(unknown_name("split", split, SPLITS))
        images = list_images(root / split)
        masks = [root / f"{split}annot" / f"{path.stem}.png" for path in images]
        names = [path.stem for path in images]
        ids = "CamVid's class ids"
        super().__init__(images, masks, names, dict(enumerate(CLASSES)), CAMVID_UNLABELLED, ids)
        self.absent = tuple(surface_ids(ABSENT))

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits that ``root`` holds (see ``Reader``)."""
        return [split for split in SPLITS if (root / split).is_dir()]
