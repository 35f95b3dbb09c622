"""Datasets whose masks hold class ids; the common part of CamVid and Cityscapes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.images import read_mask, read_rgb, require_same_size
from drive2walk.robot.surfaces import UNLABELLED, surface_ids


class IdMasks(Reader):
    """Images with masks of class ids, without depth.

    Args:
        images: Image files.
        masks: Mask file of each image, with 8-bit ids.
        names: Name of each image.
        surface_of_id: Surface of each id that has one; other ids are unlabelled.
        highest_id: Highest valid id, apart from ``UNLABELLED``.
        ids: Name of the ids in the error about a mask with a higher one.
    """

    def __init__(
        self,
        images: list[Path],
        masks: list[Path],
        names: list[str],
        surface_of_id: Mapping[int, str],
        highest_id: int,
        ids: str,
    ) -> None:
        self.images, self.masks, self.names = images, masks, names
        self.labelled = sorted(set(surface_ids(surface_of_id.values())))
        self._highest_id, self._ids = highest_id, ids
        self._to_surface = np.full(256, UNLABELLED, np.uint8)
        self._to_surface[list(surface_of_id)] = surface_ids(surface_of_id.values())

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the image and the mask of a sample (see ``Dataset``)."""
        return self.images[index], self.masks[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        surfaces = self.surfaces(index)
        require_same_size(rgb, surfaces, self.images[index], self.masks[index])
        return Sample(rgb, surfaces)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return the surface ids of a sample (see ``Dataset``)."""
        mask = read_mask(self.masks[index])
        known = mask[mask != UNLABELLED]
        if known.size and known.max() > self._highest_id:
            raise DataError(
                f"'{self.masks[index]}' holds id {known.max()}; {self._ids} are 0 to "
                f"{self._highest_id}."
            )
        return self._to_surface[mask]
