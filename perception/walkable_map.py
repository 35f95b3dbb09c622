"""A map of where the robot can step, from all camera images so far.

The map lies in the odometry frame (x forward and y left at the start, z up, ground at z = 0), so
that places outside the view are remembered without resampling. ``around`` returns a part of it in
the base frame.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.map_evidence import EvidenceConfig, find_evidence
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.transforms import yaw_matrix


@dataclasses.dataclass(frozen=True)
class MapConfig:
    """Size of the map, and the weight of evidence about obstacles in natural log-odds.

    Attributes:
        half_size_m: Half the side of the map in metres.
        resolution_m: Side of a cell in metres.
        obstacle_hit: Change of a cell's log-odds when an obstacle is seen.
        obstacle_miss: Change of a cell's log-odds when floor is seen and no obstacle.
        min_pixels: Number of points of an overhang that count as an obstacle in a cell.
        limit: Greatest absolute value of log-odds.
        evidence: Rules that classify the pixels of an image.
    """

    half_size_m: float = 12.0
    resolution_m: float = 0.1
    obstacle_hit: float = 0.7
    obstacle_miss: float = -0.35
    min_pixels: int = 5
    limit: float = 4.0
    evidence: EvidenceConfig = dataclasses.field(default_factory=EvidenceConfig)


# Log-odds of cells that the robot has touched. Images can't change them until
# ``doubt_touches``.
TOUCHED = np.inf


class WalkableMap:
    """The floor that was seen, and log-odds of obstacles and of suspected obstacles at a distance.

    At a grazing angle a pixel covers decimetres of floor, so the place of a distant obstacle is
    uncertain until the camera is close.
    """

    def __init__(self, config: MapConfig | None = None) -> None:
        self.config = config or MapConfig()
        half, resolution = self.config.half_size_m, self.config.resolution_m
        self.grid = Grid(-half, half, -half, half, resolution)
        self._floor = np.zeros(self.grid.shape, bool)
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

        Args:
            walkable: Probability of walkable ground, (height, width).
            depth_m: Z-depth in metres, (height, width), 0 where unknown.
            overhanging: Whether the object in the pixel may overhang the floor below it in the
                image, (height, width).
            pinhole: Camera at the size of the arrays.
            T_odom_camera: Pose of the camera, optical frame.
        """
        evidence = find_evidence(
            walkable, depth_m, overhanging, pinhole, T_odom_camera, self.config.evidence
        )
        min_pixels = self.config.min_pixels
        # A single foot counts as much as enough points of an overhang.
        points = self._count(evidence.overhang) + min_pixels * self._count(evidence.close_feet)
        self._accumulate(
            self._count(evidence.floor) > 0,
            points >= min_pixels,
            self._count(evidence.distant_feet) > 0,
        )
        # Close floor clears what was suspected there from a distance.
        self._suspicion[self._count(evidence.close_floor) > 0] = -self.config.limit

    def mark_free(self, x_m: float, y_m: float, radius_m: float) -> None:
        """Mark a disc as walkable; known obstacles in it stay.

        It is for the place where the robot stands, which its camera can't see.
        """
        self._floor |= self._disc(x_m, y_m, radius_m)

    def mark_obstacle(self, x_m: float, y_m: float, radius_m: float) -> None:
        """Mark a disc as blocked, because the robot touched something there."""
        self._obstacle[self._disc(x_m, y_m, radius_m)] = TOUCHED

    def doubt_touches(self) -> None:
        """Let later images clear touched cells, whose place was an estimate."""
        np.minimum(self._obstacle, self.config.limit, out=self._obstacle)

    @property
    def obstacles(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) with an obstacle."""
        return self._obstacle > 0

    @property
    def suspects(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) with an obstacle that was only seen from a distance."""
        return (self._suspicion > 0) & ~self.obstacles

    @property
    def known_floor(self) -> NDArray[np.bool_]:
        """Cells (rows, columns) with walkable ground and no obstacle."""
        return self._floor & ~self.obstacles

    def around(self, x_m: float, y_m: float, yaw_rad: float, grid: Grid) -> NDArray[np.float32]:
        """Return known floor and obstacles in the base frame, (2, rows, columns).

        Args:
            x_m: x of the base in the odometry frame.
            y_m: y of the base in the odometry frame.
            yaw_rad: Yaw of the base in the odometry frame.
            grid: Grid of the result, in the base frame.
        """
        centers = grid.all_centers()
        cells = self.grid.cells(centers @ yaw_matrix(yaw_rad).T + [x_m, y_m])
        inside = self.grid.contains(cells)
        cells[~inside] = 0
        row, column = cells[..., 0], cells[..., 1]
        layers = np.stack([self.known_floor[row, column], self.obstacles[row, column]])
        return (layers & inside).astype(np.float32)

    def _disc(self, x_m: float, y_m: float, radius_m: float) -> NDArray[np.bool_]:
        centers = self.grid.all_centers()
        return np.hypot(centers[..., 0] - x_m, centers[..., 1] - y_m) < radius_m

    def _count(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the number of points (n, 3) in each cell, (rows, columns)."""
        cells = self.grid.cells(points)
        cells = cells[self.grid.contains(cells)]
        flat = np.ravel_multi_index((cells[:, 0], cells[:, 1]), self.grid.shape)
        return np.bincount(flat, minlength=self._floor.size).reshape(self.grid.shape).astype(float)

    def _accumulate(
        self,
        floor: NDArray[np.bool_],
        obstacle: NDArray[np.bool_],
        suspicion: NDArray[np.bool_],
    ) -> None:
        """Add evidence (rows, columns) to the layers."""
        config = self.config
        touched = np.isinf(self._obstacle)
        self._floor |= floor
        for layer, seen in ((self._obstacle, obstacle), (self._suspicion, suspicion)):
            layer += config.obstacle_hit * seen + config.obstacle_miss * (floor & ~seen)
            np.clip(layer, -config.limit, config.limit, out=layer)
        self._obstacle[touched] = TOUCHED
