"""Walkable ground drawn over a camera image."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WALKABLE_COLOR = (40, 220, 110)
# Opacity of the colour on walkable pixels.
TINT = 0.45


def overlay_walkable(rgb: NDArray[np.uint8], walkable: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a copy of an image with the walkable pixels tinted and outlined in green.

    Args:
        rgb: Image (height, width, 3), uint8.
        walkable: Mask (height, width) of the walkable pixels.
    """
    picture = rgb.copy()
    picture[walkable] = (1 - TINT) * rgb[walkable] + TINT * np.array(WALKABLE_COLOR)
    contours, _ = cv2.findContours(walkable.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    thickness = max(1, round(max(rgb.shape[:2]) / 400))
    cv2.drawContours(picture, contours, -1, WALKABLE_COLOR, thickness)
    return picture
