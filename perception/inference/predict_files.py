"""Predictions for image files, written as image files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.images import list_images, read_rgb
from drive2walk.perception.inference.overlay import overlay_walkable
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD, Predictor


def image_files(given: Path) -> list[Path]:
    """Return the image files for a path: the file itself, or all images of a folder.

    Raises:
        DataError: There is no image, or two images have the same name without its ending.
    """
    if not given.exists():
        raise DataError(f"no image or folder '{given}'. Give one that exists.")
    if given.is_file():
        return [given]
    paths = list_images(given)
    by_stem = {path.stem: path for path in paths}
    for path in paths:
        if by_stem[path.stem] != path:
            raise DataError(
                f"'{path}' and '{by_stem[path.stem]}' would write the same result. Rename one."
            )
    return paths


def predict_file(predictor: Predictor, path: Path, out: Path) -> None:
    """Write ``out/NAME.walkable.png`` (0 or 255) and ``out/NAME.overlay.png``.

    Args:
        predictor: Network that predicts the walkable pixels.
        path: Image file.
        out: Folder for the results.

    Raises:
        DataError: The image can't be read.
    """
    rgb = read_rgb(path)
    walkable = predictor(rgb).walkable_at(*rgb.shape[:2]) > WALKABLE_THRESHOLD
    out.mkdir(parents=True, exist_ok=True)
    mask = walkable.astype(np.uint8) * 255
    cv2.imwrite(str(out / f"{path.stem}.walkable.png"), mask)
    write_rgb(out / f"{path.stem}.overlay.png", overlay_walkable(rgb, walkable))


def write_rgb(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write an image (height, width, 3), uint8 RGB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
