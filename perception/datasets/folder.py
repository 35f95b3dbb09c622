"""A plain folder with images/, masks/ and classes.yaml, labelled by hand or rendered by envs.

A mask that labels only the walkable surfaces names everything else ``rest``; its labels are
two-way. Optional parts are depth/ with cameras.json (z-depth in millimetres, focal lengths in
pixels) and split.yaml (lists of names; without it every split is the whole folder). A folder with
lidar/ can also be read by ``LidarFolder``.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.config import read_yaml
from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.folder_layout import (
    SPLIT_FILE,
    list_splits,
    read_focal_lengths,
    select_split,
)
from drive2walk.perception.datasets.images import (
    list_images,
    read_depth,
    read_mask,
    read_rgb,
    require_same_size,
)
from drive2walk.robot.surfaces import UNLABELLED, surface_ids

# Class of a mask for everything without a surface name.
REST = "rest"


class Folder(Reader):
    """Labelled images in a folder; a mask holds indices into the list of classes.yaml."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: A part of the layout is missing or wrong; the message names the file.
        """
        self.root = root
        self.classes = _read_classes(root / "classes.yaml")
        named = surface_ids(name for name in self.classes if name != REST)
        self._to_surface = np.full(256, UNLABELLED, np.uint8)
        if REST in self.classes:
            self.labelled, self.two_way = [], tuple(named)
        else:
            self.labelled = named
            self._to_surface[: len(named)] = named
        self.images = select_split(list_images(root / "images"), root / SPLIT_FILE, split)
        self.names = [path.stem for path in self.images]
        self.masks = [root / "masks" / f"{name}.png" for name in self.names]
        self._focals_px = read_focal_lengths(root / "cameras.json")
        self.has_depth = (root / "depth").is_dir() and bool(self._focals_px)

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits in split.yaml (see ``Reader``); "all" without that file."""
        return list_splits(root)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the image, the mask and the depth file, if any, of a sample (see ``Dataset``)."""
        depth = self._depth_path(index)
        labelled = (self.images[index], self.masks[index])
        return labelled if depth is None else (*labelled, depth)

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        mask = self._read_mask(index)
        require_same_size(rgb, mask, self.images[index], self.masks[index])
        sample = Sample(rgb, self._to_surface[mask], walkable=self._two_way_label(mask))
        depth_path = self._depth_path(index)
        if depth_path is None:
            return sample
        depth_m = read_depth(depth_path)
        require_same_size(rgb, depth_m, self.images[index], depth_path)
        return dataclasses.replace(
            sample, depth_m=depth_m, focal_px=self._focals_px[self.names[index]]
        )

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return the surface ids of a sample (see ``Dataset``)."""
        return self._to_surface[self._read_mask(index)]

    def _depth_path(self, index: int) -> Path | None:
        name = self.names[index]
        path = self.root / "depth" / f"{name}.png"
        return path if self.has_depth and name in self._focals_px and path.is_file() else None

    def _two_way_label(self, mask: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        if REST not in self.classes:
            return None
        named = (mask != self.classes.index(REST)).astype(np.uint8)
        return np.where(mask == UNLABELLED, np.uint8(UNLABELLED), named)

    def _read_mask(self, index: int) -> NDArray[np.uint8]:
        mask = read_mask(self.masks[index])
        known = mask[mask != UNLABELLED]
        if known.size and known.max() >= len(self.classes):
            raise DataError(
                f"'{self.masks[index]}' holds class {known.max()} but classes.yaml lists "
                f"{len(self.classes)}. Add the class, or use {UNLABELLED} for unlabelled."
            )
        return mask


def _read_classes(path: Path) -> list[str]:
    if not path.is_file():
        raise DataError(f"no file '{path}'. Write 'classes: [floor, wall, ...]' in it.")
    classes = read_yaml(path).get("classes")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise DataError(f"'{path}' must hold 'classes: [floor, wall, ...]'.")
    if set(classes) == {REST}:
        raise DataError(f"'{path}' lists '{REST}' alone. Name what is walkable beside it.")
    try:
        surface_ids(name for name in classes if name != REST)
    except DataError as error:
        raise DataError(f"'{path}': {error}") from error
    return classes
