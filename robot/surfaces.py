"""The one surface taxonomy: every dataset maps into it, every head speaks it."""

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
# Where a car may drive. Where a robot may step depends on the robot: its spec names it.
DRIVABLE = ("road",)
# What rises from where it meets the ground; all else may reach out over ground it isn't on.
UPRIGHT = ("sky", "building", "fence", "wall", "ceiling", "door")


def surface_ids(names: Iterable[str]) -> list[int]:
    """Return the taxonomy's ids of surface names.

    Raises:
        DataError: a name isn't in the taxonomy.
    """
    ids = []
    for name in names:
        if name not in SURFACES:
            raise DataError(unknown_name("surface", name, SURFACES))
        ids.append(SURFACES.index(name))
    return ids
