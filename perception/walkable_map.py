"""A map of where the robot may step, built from what the camera has seen so far.

It lives in the odometry frame (x forward, y left at the start, z up, ground at z = 0), so that
what has left the view is remembered without being resampled; ``around`` cuts out the base frame.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.transforms import apply, yaw_matrix


@dataclasses.dataclass(frozen=True)
class MapConfig:
    """How evidence becomes a map. Log-odds are natural; distances in metres.

    Floor is what is more probably walkable than ``floor_probability``. It is above a half, for
    floor that is missed costs a detour, and an obstacle that is missed a collision.
    """

    floor_probability: float = 0.6
    half_size_m: float = 12.0
    resolution_m: float = 0.1
    range_m: float = 4.0
    certain_range_m: float = 2.5
    depth_range_m: float = 1.8
    obstacle_min_height_m: float = 0.10
    obstacle_max_height_m: float = 1.40
    floor_hit: float = 0.6
    obstacle_hit: float = 0.7
    obstacle_miss: float = -0.35
    min_pixels: int = 5
    depth_factor: float = 1.6
    standing_ratio: float = 0.6
    limit: float = 4.0


# Log-odds of what the robot has bumped into: no image argues it away unless it is doubted.
TOUCHED = np.inf


class WalkableMap:
    """Layers of log-odds: floor that was seen, obstacles, and what looks like one from afar.

    At a grazing angle a pixel covers decimetres of floor: from afar an obstacle's place is a
    guess, which a look from nearby settles.
    """

    def __init__(self, config: MapConfig | None = None) -> None:
        self.config = config or MapConfig()
        half, resolution = self.config.half_size_m, self.config.resolution_m
        self.grid = Grid(-half, half, -half, half, resolution)
        self._floor = np.zeros(self.grid.shape)
        self._obstacle = np.zeros(self.grid.shape)
        self._suspicion = np.zeros(self.grid.shape)

    def update(
        self,
        walkable: NDArray[np.floating],
        depth_m: NDArray[np.floating],
        overhanging: NDArray[np.bool_],
        pinhole: Pinhole,
        T_odom_camera: NDArray[np.float64],
    ) -> None:
        """Add one camera image.

        Obstacles are placed as a car's stixels are (Badino et al., 2009): a column of the image
        rises from where it meets the floor, and the camera's height places that foot. Depth is
        asked only about what may reach out over floor that it doesn't stand on.

        Args:
            walkable: (height, width) probability that the pixel shows walkable ground.
            depth_m: (height, width) z-depth in metres, 0 where unknown.
            overhanging: (height, width) whether the thing in the pixel may overhang the floor
                below it in the image, as a table top does and a wall doesn't.
            pinhole: the camera, at the arrays' size.
            T_odom_camera: the camera's pose, optical frame.
        """
        rays = pinhole.rays()
        ground, on_ground = self._ground_points(rays, T_odom_camera)
        seen_floor = on_ground & (walkable > self.config.floor_probability)
        depth = _rescaled(depth_m, ground, seen_floor, T_odom_camera)
        # A wall that fills the view and is taken for floor is nearer than the floor would be.
        agreement = depth / np.maximum(_forward(ground, T_odom_camera), 1e-3)
        seen_floor &= (agreement > 1 / self.config.depth_factor) | (depth == 0)
        points = apply(T_odom_camera, rays * depth[..., None])
        height = points[..., 2]
        blocked = walkable <= self.config.floor_probability
        distance, ground_distance = (_distance(p, T_odom_camera) for p in (points, ground))
        shortest = self.config.standing_ratio * ground_distance
        at_foot = _nearest_below(np.where(seen_floor, shortest, np.nan))
        solid = (
            (blocked & overhanging & (depth > 0))
            & (depth < self.config.depth_range_m)
            & (height > self.config.obstacle_min_height_m)
            & (height < self.config.obstacle_max_height_m)
            & ~(distance > at_foot)
        )
        # A table top does not stand on the floor behind it: it is far nearer than that.
        feet = on_ground & blocked & _just_above(seen_floor)
        feet &= ~overhanging | (distance > shortest)
        near = ground_distance < self.config.certain_range_m
        solid_count = self._count(points[solid])
        weight = self.config.min_pixels
        self._accumulate(
            self._count(ground[seen_floor]) > 0,
            self._count(ground[seen_floor & near]) > 0,
            solid_count + weight * self._count(ground[feet & near]) >= weight,
            self._count(ground[feet & ~near]) > 0,
        )

    def mark_free(self, x_m: float, y_m: float, radius_m: float) -> None:
        """Remember a disc as walkable: the robot stands there and its camera can't see it."""
        centers = self.grid.all_centers()
        disc = np.hypot(centers[..., 0] - x_m, centers[..., 1] - y_m) < radius_m
        unseen = disc & (self._obstacle <= 0)
        self._floor[unseen] = np.maximum(self._floor[unseen], self.config.floor_hit)

    def mark_obstacle(self, x_m: float, y_m: float, radius_m: float) -> None:
        """Remember a disc as blocked: the robot touched something there."""
        centers = self.grid.all_centers()
        disc = np.hypot(centers[..., 0] - x_m, centers[..., 1] - y_m) < radius_m
        self._obstacle[disc] = TOUCHED

    def doubt_touches(self) -> None:
        """Let further images say that what was touched isn't there: the place was a guess."""
        np.minimum(self._obstacle, self.config.limit, out=self._obstacle)

    @property
    def obstacles(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) that hold something the robot would bump into."""
        return self._obstacle > 0

    @property
    def suspects(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) that hold an obstacle as far as could be told from afar."""
        return (self._suspicion > 0) & ~self.obstacles

    @property
    def known_floor(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) where walkable ground was seen and nothing stands."""
        return (self._floor > 0) & ~self.obstacles

    def around(self, x_m: float, y_m: float, yaw_rad: float, grid: Grid) -> NDArray[np.float32]:
        """Return the map in the base frame, (2, rows, columns): known floor, obstacles."""
        centers = grid.all_centers()
        cells = self.grid.cells(centers @ yaw_matrix(yaw_rad).T + [x_m, y_m])
        inside = self.grid.contains(cells)
        cells[~inside] = 0
        row, column = cells[..., 0], cells[..., 1]
        layers = np.stack([self.known_floor[row, column], self.obstacles[row, column]])
        return (layers & inside).astype(np.float32)

    def _ground_points(
        self, rays: NDArray[np.float64], T_odom_camera: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        directions = rays @ T_odom_camera[:3, :3].T
        down = directions[..., 2] < -1e-3
        scale = np.where(down, -T_odom_camera[2, 3] / np.where(down, directions[..., 2], -1), 0)
        points = T_odom_camera[:3, 3] + scale[..., None] * directions
        return points, down & (_distance(points, T_odom_camera) < self.config.range_m)

    def _count(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        cells = self.grid.cells(points)
        cells = cells[self.grid.contains(cells)]
        flat = np.ravel_multi_index((cells[:, 0], cells[:, 1]), self.grid.shape)
        return np.bincount(flat, minlength=self._floor.size).reshape(self.grid.shape).astype(float)

    def _accumulate(
        self,
        floor: NDArray[np.bool_],
        near_floor: NDArray[np.bool_],
        obstacle: NDArray[np.bool_],
        far_obstacle: NDArray[np.bool_],
    ) -> None:
        config = self.config
        touched = np.isinf(self._obstacle)
        self._floor += config.floor_hit * floor
        self._obstacle += config.obstacle_hit * obstacle + config.obstacle_miss * (
            floor & ~obstacle
        )
        self._suspicion += config.obstacle_hit * far_obstacle + config.obstacle_miss * (
            floor & ~far_obstacle
        )
        for layer in (self._floor, self._obstacle, self._suspicion):
            np.clip(layer, -config.limit, config.limit, out=layer)
        self._suspicion[near_floor] = -config.limit
        self._obstacle[touched] = TOUCHED


def _rescaled(
    depth_m: NDArray[np.floating],
    ground: NDArray[np.float64],
    seen_floor: NDArray[np.bool_],
    T_odom_camera: NDArray[np.float64],
) -> NDArray[np.float64]:
    # One camera can't tell scale, but the height of the head can: on the floor the true depth
    # follows from the camera's pose, and the rest of the image shares the factor.
    forward = _forward(ground, T_odom_camera)
    usable = seen_floor & (depth_m > 0)
    if usable.sum() < 200:
        return depth_m.astype(np.float64)
    return depth_m.astype(np.float64) * float(np.median(forward[usable] / depth_m[usable]))


def _forward(
    points: NDArray[np.float64], T_odom_camera: NDArray[np.float64]
) -> NDArray[np.float64]:
    return (points - T_odom_camera[:3, 3]) @ T_odom_camera[:3, 2]


def _distance(
    points: NDArray[np.float64], T_odom_camera: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far from the camera points lie over the ground."""
    offset = points[..., :2] - T_odom_camera[:2, 3]
    return np.hypot(offset[..., 0], offset[..., 1])


def _nearest_below(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each pixel the lowest-lying value at or below it in its column, NaN if none."""
    upwards = values[::-1]
    rows = np.where(np.isnan(upwards), 0, np.arange(len(values))[:, None])
    nearest = np.maximum.accumulate(rows, axis=0)
    return np.take_along_axis(upwards, nearest, axis=0)[::-1]


def _just_above(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kernel = np.ones((3, 1), dtype=np.uint8)
    grown = cv2.dilate(mask.astype(np.uint8), kernel, anchor=(0, 0)).astype(bool)
    return grown & ~mask
