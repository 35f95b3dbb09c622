"""Pictures for people: walkable space over an image, and sheets of them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WALKABLE_COLOR = (40, 220, 110)
TINT = 0.45
TITLE_HEIGHT = 22


def overlay(rgb: NDArray[np.uint8], walkable: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the image (height, width, 3) with the walkable pixels tinted and outlined."""
    picture = rgb.copy()
    picture[walkable] = (1 - TINT) * rgb[walkable] + TINT * np.array(WALKABLE_COLOR)
    contours, _ = cv2.findContours(walkable.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    thickness = max(1, round(max(rgb.shape[:2]) / 400))
    cv2.drawContours(picture, contours, -1, WALKABLE_COLOR, thickness)
    return picture


def sheet(titles: list[str], rows: list[list[NDArray[np.uint8]]], width: int) -> NDArray[np.uint8]:
    """Return a contact sheet: a column for each title, each picture scaled to ``width``."""
    strip = np.full((TITLE_HEIGHT, width * len(titles), 3), 255, np.uint8)
    for column, title in enumerate(titles):
        origin = (column * width + 6, TITLE_HEIGHT - 7)
        cv2.putText(strip, title, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([strip, *(_row(pictures, width) for pictures in rows)])


def _row(pictures: list[NDArray[np.uint8]], width: int) -> NDArray[np.uint8]:
    height = round(pictures[0].shape[0] * width / pictures[0].shape[1])
    size = (width, height)
    return np.hstack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in pictures])
