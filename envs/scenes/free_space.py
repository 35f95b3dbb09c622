"""Where a robot may stand, and whether a path exists, from the geoms' true footprints."""

from __future__ import annotations

import dataclasses

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from drive2walk.envs.scenes.scene import Scene
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
    """Free cells of a grid and every cell's distance in metres to what is not free."""

    grid: Grid
    free: NDArray[np.bool_]
    clearance_m: NDArray[np.float64]

    def path_lengths(self, x: float, y: float, radius_m: float) -> NDArray[np.float64]:
        """Return each cell's shortest path length in metres from (x, y) for a disc.

        Unreachable cells hold infinity. Steps go to the 8 neighbours (Dijkstra).
        """
        cost = np.where(self.clearance_m >= radius_m, 1.0, np.inf)
        row, column = self.grid.cells(np.array([x, y]))
        inside = self.grid.contains(np.array([row, column]))
        if not inside or not np.isfinite(cost[row, column]):
            return np.full(cost.shape, np.inf)
        return PathField(cost, (int(row), int(column))).distance * self.grid.resolution_m

    def sees(self, a: NDArray[np.float64], b: NDArray[np.float64], radius_m: float) -> bool:
        """Tell whether a disc may move straight from point ``a`` to point ``b``."""
        steps = max(2, int(np.linalg.norm(b - a) / RESOLUTION_M) + 1)
        points = a + np.linspace(0, 1, steps)[:, None] * (b - a)
        cells = self.grid.cells(points)
        return bool((self.clearance_m[cells[:, 0], cells[:, 1]] >= radius_m).all())


def free_space(
    spec: mujoco.MjSpec, surfaces: dict[str, str], bounds: tuple[float, float, float, float]
) -> FreeSpace:
    """Return the free space inside ``bounds`` (x_min, x_max, y_min, y_max in metres).

    A cell is free where a walkable ground lies at z = 0 and no solid geom is between the
    ground and ``HEADROOM_M``.
    """
    grid = Grid(*bounds, RESOLUTION_M)
    ground = np.zeros(grid.shape, dtype=np.uint8)
    for geom in spec.worldbody.geoms:
        if surfaces.get(geom.name) in WALKABLE and not _is_endless(geom):
            corners = geom_corners(geom)
            if abs(corners[:, 2].max()) <= STEP_M:
                _fill(ground, grid, corners)
    free = (ground > 0) & ~blocked_cells(spec, grid)
    padded = np.pad(free, 1)
    clearance = ndimage.distance_transform_edt(padded)[1:-1, 1:-1] * RESOLUTION_M
    return FreeSpace(grid, free, clearance)


def blocked_cells(spec: mujoco.MjSpec, grid: Grid) -> NDArray[np.bool_]:
    """Return the cells of ``grid`` under or in a solid geom between ground and headroom."""
    blocked = np.zeros(grid.shape, dtype=np.uint8)
    for geom in spec.worldbody.geoms:
        if not geom.conaffinity or geom.type == GEOM.mjGEOM_PLANE:
            continue
        corners = geom_corners(geom)
        if corners[:, 2].min() < HEADROOM_M and corners[:, 2].max() > STEP_M:
            _fill(blocked, grid, corners)
    return blocked > 0


def scene_free_space(scene: Scene) -> FreeSpace:
    """Return the free space of a whole scene."""
    return free_space(scene.spec, scene.surfaces, scene.bounds)


def _is_endless(geom: mujoco.MjsGeom) -> bool:
    return bool(geom.type == GEOM.mjGEOM_PLANE and geom.size[0] == 0)


def geom_corners(geom: mujoco.MjsGeom) -> NDArray[np.float64]:
    """Return the (8, 3) corners of the box around a geom in the world."""
    half = np.array(geom.size)
    if geom.type in (GEOM.mjGEOM_CYLINDER, GEOM.mjGEOM_CAPSULE):
        ends = half[0] if geom.type == GEOM.mjGEOM_CAPSULE else 0.0
        half = np.array([half[0], half[0], half[1] + ends])
    elif geom.type == GEOM.mjGEOM_PLANE:
        half = np.array([half[0], half[1], 0.0])
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, 8).T
    return signs * half @ quat_to_matrix(np.array(geom.quat)).T + np.array(geom.pos)


def _fill(mask: NDArray[np.uint8], grid: Grid, corners: NDArray[np.float64]) -> None:
    cells = grid.cells(corners)[:, ::-1].astype(np.int32)
    hull = cv2.convexHull(np.ascontiguousarray(cells))
    cv2.fillConvexPoly(mask, hull, 1)
