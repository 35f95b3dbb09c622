"""The index files of a plain folder: split.yaml and cameras.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import read_yaml
from drive2walk.experiment.errors import DataError, unknown_name

SPLIT_FILE = "split.yaml"


def list_splits(root: Path) -> list[str]:
    """Return the names of the splits in a folder's split.yaml; "all" without that file."""
    path = root / SPLIT_FILE
    return [str(name) for name in read_yaml(path)] if path.is_file() else ["all"]


def select_split(images: list[Path], split_file: Path, split: str) -> list[Path]:
    """Return the images that ``split_file`` lists for a split; all images without that file.

    Raises:
        DataError: The split is unknown, empty, or names a missing image.
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
    """Return the content of cameras.json, camera parameters by image name; empty without a file.

    Raises:
        DataError: The file is not JSON or not a mapping.
    """
    if not path.is_file():
        return {}
    try:
        cameras = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{_layout_rule(path)}.") from error
    if not isinstance(cameras, dict):
        raise DataError(f"{_layout_rule(path)}, not a {type(cameras).__name__}.")
    return cameras


def read_focal_lengths(path: Path) -> dict[str, float]:
    """Return the focal length in pixels of each image in cameras.json; empty without a file.

    Raises:
        DataError: The file is not JSON, or an image has no focal length.
    """
    try:
        return {name: float(camera["fx"]) for name, camera in read_cameras(path).items()}
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{_layout_rule(path)}.") from error


def _layout_rule(path: Path) -> str:
    return f"'{path}' must hold JSON, {{NAME: {{fx: pixels, ...}}}}"
