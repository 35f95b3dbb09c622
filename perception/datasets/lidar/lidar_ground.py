"""The ground below a lidar scan, as heights on a grid in a frame levelled by gravity."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from drive2walk.robot.geometry.grid import Grid

# The head is at the origin and x points ahead. A head that looks down sees a little behind itself.
GRID = Grid(-2.0, 12.0, -8.0, 8.0, 0.25)
MIN_RETURNS = 3
# OpenCV remaps fewer rows at once than a 16-bit integer counts.
MAX_ROWS = 30_000
# Quantile of the heights in a cell that counts as the lowest; it leaves out the noise below.
LOW_QUANTILE = 0.1


class LidarGround:
    """The ground of one scan.

    Attributes:
        heights_m: Height of each cell of ``GRID``, (rows, columns). A cell without returns has
            the height of the nearest cell with returns.
    """

    def __init__(self, heights_m: NDArray[np.float64]) -> None:
        self.heights_m = heights_m

    @classmethod
    def from_points(
        cls,
        points: NDArray[np.floating],
        head_height_m: float,
        max_step_m: float,
        max_slope: float,
    ) -> LidarGround | None:
        """Find the ground below a head at the origin; None if there is none.

        Cells that the robot could reach from its soles by a slope and a step form connected
        patches. The largest patch is the ground; a cell counts more the closer it is to the level
        of the soles. Other cells count if they lie level with that patch, as the floor behind a
        table does.

        Args:
            points: Returns (n, 3) in metres, z up.
            head_height_m: Height of the head above the soles, from the joints.
            max_step_m: Greatest difference of height between connected cells.
            max_slope: Greatest slope of the ground, rise over run.
        """
        low = _cell_quantile(points, LOW_QUANTILE)
        distance = np.hypot(*np.moveaxis(GRID.all_centers(), -1, 0))
        level = 1 - np.abs(low + head_height_m) / (max_step_m + max_slope * distance)
        low[~(level > 0)] = np.nan
        if np.isnan(low).all():
            return None
        patches = _connect_patches(low, max_step_m)
        known = patches >= 0
        largest = np.bincount(patches[known], level[known]).argmax()
        heights = _fill_unknown(np.where(patches == largest, low, np.nan))
        level = np.abs(low - heights) <= max_step_m
        heights = _fill_unknown(np.where(level, low, np.nan))
        on_ground = np.abs(cls(heights).height_above(points)) <= max_step_m
        median = _cell_quantile(points[on_ground], 0.5)
        known_heights = np.where(level, low, np.nan)
        heights = _fill_unknown(np.where(level & ~np.isnan(median), median, known_heights))
        return cls(cv2.GaussianBlur(heights, (3, 3), 0, borderType=cv2.BORDER_REPLICATE))

    def height_above(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the height of each point (n, 3) above the ground in metres, (n,)."""
        origin = np.array([GRID.x_min_m, GRID.y_min_m])
        place = ((points[:, :2] - origin) / GRID.resolution_m - 0.5).astype(np.float32)
        heights = self.heights_m.astype(np.float32)
        ground = [
            cv2.remap(
                heights,
                np.ascontiguousarray(part[:, 1:]),
                np.ascontiguousarray(part[:, :1]),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            for part in np.array_split(place, 1 + len(place) // MAX_ROWS)
        ]
        return np.asarray(points[:, 2] - np.concatenate(ground)[:, 0], np.float64)

    def slope_at(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the slope of the ground, rise over run, at each point (n, 3), (n,).

        It is infinite outside the grid.
        """
        slope = np.hypot(*np.gradient(self.heights_m, GRID.resolution_m))
        cells = GRID.cells(points)
        inside = GRID.contains(cells)
        result = np.full(len(points), np.inf)
        result[inside] = slope[cells[inside, 0], cells[inside, 1]]
        return result


def nearest_index(unknown: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the flat index of the nearest known pixel, and the distance to it in pixels.

    Args:
        unknown: Mask (height, width) of the unknown pixels.

    Returns:
        Both of the shape of ``unknown``; the distance is OpenCV's 5x5 approximation.

    Raises:
        ValueError: No pixel is known.
    """
    if unknown.all():
        raise ValueError("no pixel is known")
    distance, number = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # OpenCV numbers the known pixels in its own order; the numbers at these pixels give it.
    places = np.flatnonzero(~unknown)
    of_number = np.zeros(len(places) + 1, np.int64)
    of_number[number.ravel()[places]] = places
    return of_number[number], distance


def _fill_unknown(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the heights with each NaN replaced by the height of the nearest known cell."""
    return heights.ravel()[nearest_index(np.isnan(heights))[0]]


def _cell_quantile(points: NDArray[np.floating], quantile: float) -> NDArray[np.float64]:
    """Return a quantile of the heights in each cell, (rows, columns); NaN with too few returns."""
    cells = GRID.cells(points)
    inside = GRID.contains(cells)
    flat = np.ravel_multi_index((cells[inside, 0], cells[inside, 1]), GRID.shape)
    heights = points[inside, 2]
    order = np.lexsort((heights, flat))
    counts = np.bincount(flat, minlength=math.prod(GRID.shape))
    firsts = np.cumsum(counts) - counts
    enough = counts >= MIN_RETURNS
    picked = firsts[enough] + np.floor(quantile * counts[enough]).astype(np.int64)
    result = np.full(counts.shape, np.nan)
    result[enough] = heights[order[picked]]
    return result.reshape(GRID.shape)


def _connect_patches(heights: NDArray[np.float64], max_step_m: float) -> NDArray[np.int64]:
    """Return the number of each cell's connected patch; -1 where the height is unknown."""
    index = np.arange(heights.size).reshape(heights.shape)
    pairs = []
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        joined = np.abs(heights[a] - heights[b]) <= max_step_m
        pairs.append(np.stack([index[a][joined], index[b][joined]]))
    one, other = np.concatenate(pairs, axis=1)
    links = coo_matrix((np.ones(len(one), bool), (one, other)), shape=(heights.size,) * 2)
    _, numbers = connected_components(links, directed=False)
    return np.where(np.isnan(heights), -1, numbers.reshape(heights.shape))
