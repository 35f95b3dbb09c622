"""The rotation of a camera between two images, from corners that appear in both.

Corners are tracked by pyramidal Lucas-Kanade (Bouguet, "Pyramidal implementation of the affine
Lucas Kanade feature tracker", 2001). A small rotation moves them by an amount that doesn't depend
on depth, a shift of the camera moves near ones further (Longuet-Higgins and Prazdny, "The
interpretation of a moving retinal image", Proceedings of the Royal Society B 208, 1980). Both are
fitted together.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array, Bools, Image
from drive2walk.robot.geometry.cameras import Pinhole

# Standard deviation of the blur that keeps steps between pixels from being taken for corners.
BLUR_PX = 1.2
MAX_CORNERS = 200
CORNER_QUALITY = 0.01
# Distance between two corners, and side of the window in which one is tracked, in pixels.
CORNER_DISTANCE_PX, WINDOW_PX = 7, 15
# A corner that isn't found again in the first image, this near, was mistaken.
RETURN_PX = 0.3
MIN_CORNERS = 12
# Rounds of least squares in which corners that move otherwise lose their weight.
ROUNDS = 6
# Standard deviations of the expected shift of the camera, and of a corner's place in units of the
# focal length. Neighbouring corners share the error of their depth, so this many count as one.
SHIFT_SIGMA_M, CORNER_SIGMA, CORNERS_AS_ONE = 0.01, 0.001, 10


def estimate_rotation(
    first: Image,
    second: Image,
    pinhole: Pinhole,
    depth_m: NDArray[np.floating],
    expected_shift_m: Array,
) -> Array | None:
    """Return the small rotation of the camera, in the first image's optical frame, (3,) rad.

    Args:
        first: Earlier image, (height, width, 3) uint8.
        second: Later image, of the same size.
        pinhole: Camera at that size.
        depth_m: Z-depth of the first image in metres, (height, width); 0 where unknown.
        expected_shift_m: Motion of the camera between the images as it is believed, first optical
            frame, (3,) m.

    Returns:
        The rotation vector, or None where too few corners were found in both images.
    """
    start, end = _track_corners(first, second)
    if len(start) < MIN_CORNERS:
        return None
    focal_px = np.array([pinhole.fx, pinhole.fy])
    seen = (start - [pinhole.cx, pinhole.cy]) / focal_px
    column, row = start.astype(int).T
    z = depth_m[row, column].astype(float)
    nearness = np.divide(1.0, z, out=np.zeros(len(z)), where=z > 0)
    jacobian = _compute_jacobian(seen, nearness)
    return _fit_robustly(jacobian, (end - start) / focal_px, expected_shift_m)[:3]


def _compute_jacobian(seen: Array, nearness: Array) -> Array:
    """Return the motion of corners by a rotation and a shift of the camera, (n, 2, 6).

    Args:
        seen: Corners in units of the focal length from the image's centre, (n, 2).
        nearness: Inverse of their z-depth, (n,) 1/m.
    """
    x, y = seen.T
    zero, one = np.zeros(len(x)), nearness
    columns = [
        (x * y, 1 + y**2),
        (-(1 + x**2), -x * y),
        (y, -x),
        (-one, zero),
        (zero, -one),
        (x * one, y * one),
    ]
    return np.stack([np.stack(column, axis=1) for column in columns], axis=2)


def _track_corners(first: Image, second: Image) -> tuple[Array, Array]:
    """Return corners in the first and in the second image, (n, 2) px each."""
    before, after = _make_smooth(first), _make_smooth(second)
    start = cv2.goodFeaturesToTrack(before, MAX_CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX)
    if start is None:
        return np.zeros((0, 2)), np.zeros((0, 2))
    end, found = _follow(before, after, start)
    back, returned = _follow(after, before, end)
    near = np.linalg.norm((back - start)[:, 0], axis=1) < RETURN_PX
    kept = found & returned & near
    return start[kept, 0].astype(float), end[kept, 0].astype(float)


def _make_smooth(image: Image) -> Image:
    grey: Image = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), BLUR_PX)
    return grey


def _follow(before: Image, after: Image, corners: Any) -> tuple[Any, Bools]:
    """Return where corners (n, 1, 2) px went, and whether they were found, (n,)."""
    window = (WINDOW_PX, WINDOW_PX)
    places, found, _ = cv2.calcOpticalFlowPyrLK(before, after, corners, None, winSize=window)
    return places, found[:, 0] == 1


def _fit_robustly(jacobian: Array, flow: Array, expected_shift_m: Array) -> Array:
    """Return the rotation and the shift (6,) that explain the flow (n, 2) of most corners.

    Iteratively reweighted least squares with Cauchy's weights, whose scale is the median residual.
    """
    weight = np.ones(len(flow))
    for _ in range(ROUNDS):
        trust = np.sqrt(float((weight**2).sum()) / CORNERS_AS_ONE) * CORNER_SIGMA / SHIFT_SIGMA_M
        expected = np.hstack([np.zeros((3, 3)), trust * np.eye(3)])
        rows = np.vstack([(jacobian * weight[:, None, None]).reshape(-1, 6), expected])
        values = np.concatenate([(flow * weight[:, None]).ravel(), trust * expected_shift_m])
        motion = np.linalg.lstsq(rows, values, rcond=None)[0]
        residual = np.linalg.norm(flow - jacobian @ motion, axis=1)
        weight = 1 / np.sqrt(1 + (residual / max(float(np.median(residual)), 1e-6)) ** 2)
    return motion
