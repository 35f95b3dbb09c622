"""CamVid in the layout of the SegNet tutorial: images in SPLIT/, masks in SPLITannot/.

Brostow et al., "Semantic object classes in video" (2009). The masks hold 8-bit class ids in the
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
# Streets have no floor and no ceiling. CamVid's buildings may include walls and doors.
ABSENT = ("floor", "ceiling")
SPLITS = ("train", "val", "test")


class CamVid(IdMasks):
    """Street images from a car, eleven classes, no depth."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: The split is unknown, or its folder holds no images.
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
        """Return the splits in ``root`` (see ``Reader``)."""
        return [split for split in SPLITS if (root / split).is_dir()]
