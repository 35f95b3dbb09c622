"""A table of pictures with a title above each column."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

TITLE_HEIGHT = 22


def tile_pictures(
    titles: list[str], rows: list[list[NDArray[np.uint8]]], width: int
) -> NDArray[np.uint8]:
    """Return one picture (height, width, 3), uint8 RGB, that holds a table of pictures.

    Args:
        titles: Title of each column.
        rows: Pictures of each row, uint8 RGB; the first one decides the aspect of its row.
        width: Width of each column in pixels.
    """
    strip = np.full((TITLE_HEIGHT, width * len(titles), 3), 255, np.uint8)
    for column, title in enumerate(titles):
        write_label(strip, title, (column * width + 6, TITLE_HEIGHT - 7))
    return np.vstack([strip, *(_join_row(pictures, width) for pictures in rows)])


def write_label(picture: NDArray[np.uint8], text: str, origin: tuple[int, int]) -> None:
    """Write black text on a picture, in place; ``origin`` is its lower left corner (x, y)."""
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(picture, text, origin, font, 0.45, (0, 0, 0), 1, cv2.LINE_AA)


def _join_row(pictures: list[NDArray[np.uint8]], width: int) -> NDArray[np.uint8]:
    height = round(pictures[0].shape[0] * width / pictures[0].shape[1])
    size = (width, height)
    return np.hstack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in pictures])
