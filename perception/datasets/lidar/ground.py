"""The ground under a lidar scan: its height in cells of a frame that gravity levels."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from drive2walk.robot.geometry.grid import Grid

# The head is at the origin, x is ahead; one that looks down sees a bit behind itself.
GRID = Grid(-2.0, 12.0, -8.0, 8.0, 0.25)
LEAST_RETURNS = 3
# OpenCV maps no more rows at once than 16 bits count.
MOST_ROWS = 30_000
# The lowest returns of a cell, less the few that noise put lower still.
LOW_SHARE = 0.1


class Ground:
    """The ground of one scan.

    Attributes:
        heights_m: (rows, columns) of ``GRID``; where nothing was seen, the nearest cell's.
    """

    def __init__(self, heights_m: NDArray[np.float64]) -> None:
        self.heights_m = heights_m

    @classmethod
    def under(
        cls,
        points: NDArray[np.floating],
        head_height_m: float,
        max_step_m: float,
        max_slope: float,
    ) -> Ground | None:
        """Find the ground under a head at the origin; None where there is none.

        Low returns that lie where a slope or a step may lead from the soles form patches without
        a step in them. The largest, where a cell counts the more the nearer it is to the soles'
        level, is the ground the robot walks on; others count where they lie level with it, as
        the floor beyond a table does.

        Args:
            points: returns (n, 3) in metres, z up.
            head_height_m: of the head over the soles, as the joints tell it.
            max_step_m: neighbouring cells that differ by more don't belong together.
            max_slope: rise over run of the steepest ground.
        """
        low = _quantile(points, LOW_SHARE)
        away = np.hypot(*np.moveaxis(GRID.all_centers(), -1, 0))
        level = 1 - np.abs(low + head_height_m) / (max_step_m + max_slope * away)
        low[~(level > 0)] = np.nan
        if np.isnan(low).all():
            return None
        patches = _patches(low, max_step_m)
        known = patches >= 0
        largest = np.bincount(patches[known], level[known]).argmax()
        heights = _filled(np.where(patches == largest, low, np.nan))
        level = np.abs(low - heights) <= max_step_m
        heights = _filled(np.where(level, low, np.nan))
        near = np.abs(cls(heights).height_over(points)) <= max_step_m
        middle = _quantile(points[near], 0.5)
        heights = _filled(np.where(level & ~np.isnan(middle), middle, np.where(level, low, np.nan)))
        return cls(cv2.GaussianBlur(heights, (3, 3), 0, borderType=cv2.BORDER_REPLICATE))

    def height_over(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return how far each point (n, 3) is above the ground, in metres, (n,)."""
        origin = np.array([GRID.x_min_m, GRID.y_min_m])
        place = ((points[:, :2] - origin) / GRID.resolution_m - 0.5).astype(np.float32)
        heights = self.heights_m.astype(np.float32)
        under = [
            cv2.remap(
                heights,
                np.ascontiguousarray(part[:, 1:]),
                np.ascontiguousarray(part[:, :1]),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            for part in np.array_split(place, 1 + len(place) // MOST_ROWS)
        ]
        return np.asarray(points[:, 2] - np.concatenate(under)[:, 0], np.float64)

    def slope_under(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the ground's rise over run at each point (n, 3), infinite off the grid, (n,)."""
        slope = np.hypot(*np.gradient(self.heights_m, GRID.resolution_m))
        cells = GRID.cells(points)
        inside = GRID.contains(cells)
        result = np.full(len(points), np.inf)
        result[inside] = slope[cells[inside, 0], cells[inside, 1]]
        return result


def nearest_index(unknown: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the flat index of each pixel's nearest known one, and how many pixels off it is.

    Raises:
        ValueError: no pixel is known.
    """
    if unknown.all():
        raise ValueError("no pixel is known")
    distance, number = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # OpenCV numbers the known pixels in an order of its own, which it writes on them.
    places = np.flatnonzero(~unknown)
    of_number = np.zeros(len(places) + 1, np.int64)
    of_number[number.ravel()[places]] = places
    return of_number[number], distance


def _filled(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the heights with each unknown cell given the nearest known one's."""
    return heights.ravel()[nearest_index(np.isnan(heights))[0]]


def _quantile(points: NDArray[np.floating], share: float) -> NDArray[np.float64]:
    """Return a quantile of the heights in each cell, NaN where there are too few returns."""
    cells = GRID.cells(points)
    inside = GRID.contains(cells)
    flat = np.ravel_multi_index((cells[inside, 0], cells[inside, 1]), GRID.shape)
    heights = points[inside, 2]
    order = np.lexsort((heights, flat))
    counts = np.bincount(flat, minlength=math.prod(GRID.shape))
    firsts = np.cumsum(counts) - counts
    enough = counts >= LEAST_RETURNS
    picked = firsts[enough] + np.floor(share * counts[enough]).astype(np.int64)
    result = np.full(counts.shape, np.nan)
    result[enough] = heights[order[picked]]
    return result.reshape(GRID.shape)


def _patches(heights: NDArray[np.float64], max_step_m: float) -> NDArray[np.int64]:
    """Number the patches of cells that a walker gets between; -1 where a height is unknown."""
    index = np.arange(heights.size).reshape(heights.shape)
    pairs = []
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        joined = np.abs(heights[a] - heights[b]) <= max_step_m
        pairs.append(np.stack([index[a][joined], index[b][joined]]))
    one, other = np.concatenate(pairs, axis=1)
    links = coo_matrix((np.ones(len(one), bool), (one, other)), shape=(heights.size,) * 2)
    _, numbers = connected_components(links, directed=False)
    return np.where(np.isnan(heights), -1, numbers.reshape(heights.shape))
