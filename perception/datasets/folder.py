"""A plain folder: images/, masks/ and classes.yaml; what people label and what envs render.

Whoever paints the walkable surfaces alone calls all else ``rest``: the labels are two-way then.
Optional beside them: depth/ with cameras.json (z-depth in millimetres and focal lengths) and
split.yaml (lists of names; without it every split is the whole folder). With lidar/ too, the
same folder may be read by ``LidarFolder``.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.config import read_yaml
from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.images import (
    list_images,
    read_depth,
    read_mask,
    read_rgb,
    require_same_size,
)
from drive2walk.robot.surfaces import UNLABELLED, surface_ids

# What a mask calls everything that it doesn't name.
REST = "rest"
SPLIT_FILE = "split.yaml"


class Folder(Reader):
    """Labelled images in a folder; a mask's value is an index into classes.yaml."""

    def __init__(self, root: Path, split: str) -> None:
        """Find the images of a split.

        Raises:
            DataError: a part of the layout is missing or wrong; the message names the file.
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
        self._focals_px = _focals(root / "cameras.json")
        self.has_depth = (root / "depth").is_dir() and bool(self._focals_px)

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return what split.yaml lists (see ``Reader``); "all" without that file."""
        return split_names(root)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's image, mask and depth if there is any (see ``Dataset``)."""
        depth = self._depth_path(index)
        labelled = (self.images[index], self.masks[index])
        return labelled if depth is None else (*labelled, depth)

    def _depth_path(self, index: int) -> Path | None:
        name = self.names[index]
        path = self.root / "depth" / f"{name}.png"
        return path if self.has_depth and name in self._focals_px and path.is_file() else None

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        mask = self._mask(index)
        require_same_size(rgb, mask, self.images[index], self.masks[index])
        sample = Sample(rgb, self._to_surface[mask], walkable=self._two_way(mask))
        depth_path = self._depth_path(index)
        if depth_path is None:
            return sample
        depth_m = read_depth(depth_path)
        require_same_size(rgb, depth_m, self.images[index], depth_path)
        return dataclasses.replace(
            sample, depth_m=depth_m, focal_px=self._focals_px[self.names[index]]
        )

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a sample's mask alone (see ``Dataset``)."""
        return self._to_surface[self._mask(index)]

    def _two_way(self, mask: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        if REST not in self.classes:
            return None
        named = (mask != self.classes.index(REST)).astype(np.uint8)
        return np.where(mask == UNLABELLED, np.uint8(UNLABELLED), named)

    def _mask(self, index: int) -> NDArray[np.uint8]:
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


def split_names(root: Path) -> list[str]:
    """Return the splits that a folder's split.yaml lists; "all" without that file."""
    path = root / SPLIT_FILE
    return [str(name) for name in read_yaml(path)] if path.is_file() else ["all"]


def select_split(images: list[Path], split_file: Path, split: str) -> list[Path]:
    """Return those of the images that ``split_file`` lists, or all of them if there is none.

    Raises:
        DataError: the split is unknown, empty, or names an image that isn't there.
    """
    if not split_file.is_file():
        return images
    splits = read_yaml(split_file)
    if split not in splits:
        raise DataError(f"'{split_file}': {unknown_name('split', split, splits)}")
    by_name = {path.stem: path for path in images}
    names = [str(name) for name in splits[split] or []]
    missing = [name for name in names if name not in by_name]
    if missing:
        raise DataError(f"'{split_file}' lists '{missing[0]}', which isn't in images/.")
    if not names:
        raise DataError(f"'{split_file}' lists no image for split '{split}'.")
    return [by_name[name] for name in names]


def read_cameras(path: Path) -> dict[str, Any]:
    """Return what cameras.json says of each image; nothing if there is no such file.

    Raises:
        DataError: it isn't JSON, or no mapping.
    """
    if not path.is_file():
        return {}
    try:
        cameras = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{_wrong(path)}.") from error
    if not isinstance(cameras, dict):
        raise DataError(f"{_wrong(path)}, not a {type(cameras).__name__}.")
    return cameras


def _focals(path: Path) -> dict[str, float]:
    try:
        return {name: float(camera["fx"]) for name, camera in read_cameras(path).items()}
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{_wrong(path)}.") from error


def _wrong(path: Path) -> str:
    return f"'{path}' must hold JSON, {{NAME: {{fx: pixels, ...}}}}"
