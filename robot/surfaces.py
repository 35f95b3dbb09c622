"""The surface taxonomy that all datasets map into and all segmentation heads predict."""

from __future__ import annotations

from collections.abc import Iterable

from drive2walk.experiment.errors import DataError, unknown_name

TAXONOMY_VERSION = 1
# The first eleven are CamVid's, in CamVid's order (its pavement is our sidewalk).
SURFACES = (
    "sky",
    "building",
    "pole",
    "road",
    "sidewalk",
    "tree",
    "sign",
    "fence",
    "car",
    "person",
    "bicyclist",
    "floor",
    "wall",
    "ceiling",
    "door",
    "furniture",
    "clutter",
)
NUM_SURFACES = len(SURFACES)
UNLABELLED = 255
# Surfaces on which a car may drive. Each robot's spec names those that the robot may step on.
DRIVABLE = ("road",)
# Surfaces that rise straight from the ground; the others may overhang ground beside them.
UPRIGHT = ("sky", "building", "fence", "wall", "ceiling", "door")


def surface_ids(names: Iterable[str]) -> list[int]:
    """Return the taxonomy's ids of surface names.

    Raises:
        DataError: A name isn't in the taxonomy.
    """
    ids = []
    for name in names:
        if name not in SURFACES:
            raise DataError(unknown_name("surface", name, SURFACES))
        ids.append(SURFACES.index(name))
    return ids
