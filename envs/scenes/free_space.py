"""The free ground of a scene and the paths on it, from the true footprints of its geoms."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from drive2walk.envs.scenes.scene import Bounds, Scene
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.grid_path import PathField
from drive2walk.robot.geometry.transforms import quat_to_matrix

RESOLUTION_M = 0.05
HEADROOM_M = 1.4
STEP_M = 0.005
WALKABLE = ("floor", "sidewalk")
GEOM = mujoco.mjtGeom


@dataclasses.dataclass(frozen=True)
class FreeSpace:
    """The free ground of a scene.

    Attributes:
        grid: Cells on the ground.
        free: Whether each cell is free, (rows, columns).
        clearance_m: Distance of each cell to the nearest one that isn't free, (rows, columns).
    """

    grid: Grid
    free: NDArray[np.bool_]
    clearance_m: NDArray[np.float64]

    def path_lengths(self, x: float, y: float, radius_m: float) -> NDArray[np.float64]:
        """Return the length of the shortest path to each cell, (rows, columns) m.

        Steps go to the 8 neighbours (Dijkstra). Unreachable cells hold infinity.

        Args:
            x: Start of the paths, m.
            y: Start of the paths, m.
            radius_m: Radius of the disc that moves.
        """
        cost = np.where(self.clearance_m >= radius_m, 1.0, np.inf)
        row, column = self.grid.cells(np.array([x, y]))
        inside = self.grid.contains(np.array([row, column]))
        if not inside or not np.isfinite(cost[row, column]):
            return np.full(cost.shape, np.inf)
        return PathField(cost, (int(row), int(column))).distance * self.grid.resolution_m

    def shortest_path(
        self, start: NDArray[np.float64], goal: NDArray[np.float64], radius_m: float
    ) -> NDArray[np.float64]:
        """Return the shortest path of a disc over neighbouring cells (Dijkstra).

        Args:
            start: Start, (2,) m.
            goal: Goal, (2,) m.
            radius_m: Radius of the disc.

        Returns:
            Points from start to goal, (n, 2) m; (0, 2) where there is no path.
        """
        cost = np.where(self.clearance_m >= radius_m, 1.0, np.inf)
        ends = self.grid.cells(np.array([start, goal]))
        if not self.grid.contains(ends).all():
            return np.zeros((0, 2))
        first, last = (tuple(cell) for cell in ends)
        cells = PathField(cost, last).path(first)
        if not len(cells):
            return np.zeros((0, 2))
        return np.array([start, *self.grid.centers(cells[1:-1]), goal])

    def shortest_path_m(
        self, start: NDArray[np.float64], goal: NDArray[np.float64], radius_m: float
    ) -> float:
        """Return the length of the shortest way of a disc, or infinity where there is none.

        The way may turn at any angle: it joins those points of ``shortest_path`` between which the
        disc can move straight. The arguments are the same.
        """
        points = self.shortest_path(start, goal, radius_m)
        if not len(points):
            return float("inf")
        lengths = np.zeros(len(points))
        for k in range(1, len(points)):
            # Neighbours on the path count as joined, although the ends are off their cells.
            here = points[k]
            joined = [j for j in range(k) if j == k - 1 or self.sees(points[j], here, radius_m)]
            steps = np.linalg.norm(points[joined] - here, axis=1)
            lengths[k] = (lengths[joined] + steps).min()
        return float(lengths[-1])

    def sees(self, a: NDArray[np.float64], b: NDArray[np.float64], radius_m: float) -> bool:
        """Return whether a disc can move straight from point ``a`` to point ``b``, (2,) m each."""
        steps = max(2, int(np.linalg.norm(b - a) / RESOLUTION_M) + 1)
        points = a + np.linspace(0, 1, steps)[:, None] * (b - a)
        cells = self.grid.cells(points)
        if not self.grid.contains(cells).all():
            return False
        return bool((self.clearance_m[cells[:, 0], cells[:, 1]] >= radius_m).all())


def free_space(spec: mujoco.MjSpec, surfaces: dict[str, str], bounds: Bounds) -> FreeSpace:
    """Return the free space inside ``bounds``.

    A cell is free where walkable ground is at z = 0 and no solid geom is between the ground and
    ``HEADROOM_M``.

    Args:
        spec: The scene.
        surfaces: Surface class by geom name.
        bounds: Extent of the grid.
    """
    grid = Grid(*bounds, RESOLUTION_M)
    ground = np.zeros(grid.shape, dtype=np.uint8)
    for geom in spec.worldbody.geoms:
        if surfaces.get(geom.name) in WALKABLE and not _is_endless(geom):
            corners = geom_corners(geom)
            if abs(corners[:, 2].max()) <= STEP_M:
                _fill_hull(ground, grid, corners)
    free = (ground > 0) & ~blocked_cells(spec, grid)
    padded = np.pad(free, 1)
    clearance = ndimage.distance_transform_edt(padded)[1:-1, 1:-1] * RESOLUTION_M
    return FreeSpace(grid, free, clearance)


def blocked_cells(
    spec: mujoco.MjSpec, grid: Grid, names: Collection[str] | None = None
) -> NDArray[np.bool_]:
    """Return whether a solid geom is over each cell, between ground and headroom, grid shape.

    Args:
        spec: The scene.
        grid: Cells on the ground.
        names: Names of the geoms that count; None counts all.
    """
    blocked = np.zeros(grid.shape, dtype=np.uint8)
    for geom in spec.worldbody.geoms:
        if not geom.conaffinity or geom.type == GEOM.mjGEOM_PLANE:
            continue
        if names is not None and geom.name not in names:
            continue
        corners = geom_corners(geom)
        if corners[:, 2].min() < HEADROOM_M and corners[:, 2].max() > STEP_M:
            _fill_hull(blocked, grid, corners)
    return blocked > 0


def scene_free_space(scene: Scene) -> FreeSpace:
    """Return the free space of a whole scene."""
    return free_space(scene.spec, scene.surfaces, scene.bounds)


def _is_endless(geom: mujoco.MjsGeom) -> bool:
    return bool(geom.type == GEOM.mjGEOM_PLANE and geom.size[0] == 0)


def geom_corners(geom: mujoco.MjsGeom) -> NDArray[np.float64]:
    """Return the corners of the box around a geom, in the world, (8, 3) m."""
    half = np.array(geom.size)
    if geom.type in (GEOM.mjGEOM_CYLINDER, GEOM.mjGEOM_CAPSULE):
        ends = half[0] if geom.type == GEOM.mjGEOM_CAPSULE else 0.0
        half = np.array([half[0], half[0], half[1] + ends])
    elif geom.type == GEOM.mjGEOM_PLANE:
        half = np.array([half[0], half[1], 0.0])
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, 8).T
    return signs * half @ quat_to_matrix(np.array(geom.quat)).T + np.array(geom.pos)


def _fill_hull(mask: NDArray[np.uint8], grid: Grid, corners: NDArray[np.float64]) -> None:
    """Set the cells inside the convex hull of ``corners`` (n, 3) m to 1."""
    cells = grid.cells(corners)[:, ::-1].astype(np.int32)
    hull = cv2.convexHull(np.ascontiguousarray(cells))
    cv2.fillConvexPoly(mask, hull, 1)
