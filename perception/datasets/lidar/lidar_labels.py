"""Walkable labels from one lidar scan and the robot's limits, without a person.

Each return has a height above the ground (``lidar_ground.py``). A pixel is walkable if three
conditions hold: the mean height of the returns around it is less than a fraction of a step, the
ground below is not too steep, and the nearest return is not an obstacle by itself, such as a chair
leg.
"""

from __future__ import annotations

import dataclasses
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.lidar.lidar_ground import LidarGround, nearest_index
from drive2walk.perception.datasets.lidar.lidar_scan import LidarScan
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.surfaces import UNLABELLED

# Standard deviation of the Gaussian average, in mean distances between returns in the image.
AVERAGE_SPREAD = 1.25
# Highest mean height of walkable ground, in steps; heights above one step count as one. A value of
# 0.5 would put the edge midway up the lowest step of a wall, so it is a little lower.
MAX_MEAN_STEPS = 0.35
# Height in steps above which a single return is an obstacle.
OBSTACLE_STEPS = 1.5
# The lidar sees over objects: a return is hidden from the camera if a return in the same or a
# neighbouring pixel is nearer by more than this fraction of its depth plus this distance.
OCCLUSION_FRACTION, OCCLUSION_M = 0.1, 0.1
# Greatest distance of a labelled pixel from a return, as a fraction of the image diagonal.
MAX_DISTANCE_FRACTION = 0.02


@dataclasses.dataclass(frozen=True)
class StepLimits:
    """The ground that a robot can step on.

    Attributes:
        max_step_m: Greatest height of a step in metres.
        max_slope_deg: Greatest slope in degrees.
    """

    max_step_m: float
    max_slope_deg: float

    @classmethod
    def from_spec(cls, spec: RobotSpec) -> StepLimits:
        """Return the limits of a robot."""
        return cls(spec.max_step_m, spec.max_slope_deg)


def lidar_labels(
    scan: LidarScan, pinhole: Pinhole, limits: StepLimits
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the label and the depth of each pixel.

    Args:
        scan: Lidar scan.
        pinhole: Camera of the image.
        limits: Limits of the robot.

    Returns:
        The label (height, width): 1 walkable, 0 not walkable, ``UNLABELLED`` without a return
        nearby. The z-depth (height, width) in metres at the pixels with a return, 0 elsewhere.
    """
    shape = (pinhole.height, pinhole.width)
    kept, row, column = _visible_returns(scan.points, pinhole)
    depth_m = np.zeros(shape, np.float32)
    depth_m[row, column] = scan.points[kept, 2]
    if len(kept) == 0:
        return np.full(shape, UNLABELLED, np.uint8), depth_m
    level_points = scan.points @ scan.R_gravity_camera.T
    steps = steps_above_ground(level_points, scan.head_height_m, limits)[kept]
    obstacle = np.zeros(shape, bool)
    obstacle[row, column] = np.abs(steps) > OBSTACLE_STEPS
    index, distance = nearest_index(depth_m == 0)
    flat = np.abs(_mean_steps(steps, row, column, shape)) < MAX_MEAN_STEPS
    walkable = flat & ~obstacle.ravel()[index]
    known = distance <= MAX_DISTANCE_FRACTION * math.hypot(*shape)
    return np.where(known, walkable, UNLABELLED).astype(np.uint8), depth_m


def steps_above_ground(
    points: NDArray[np.floating], head_height_m: float, limits: StepLimits
) -> NDArray[np.float64]:
    """Return the height of each return above the ground in steps of the robot, (n,).

    The height is infinite on ground that is too steep, and where no ground was found.

    Args:
        points: Returns (n, 3) in metres in a frame with z up and the head at its origin.
        head_height_m: Height of the head above the soles.
        limits: Limits of the robot.
    """
    max_slope = math.tan(math.radians(limits.max_slope_deg))
    ground = LidarGround.from_points(points, head_height_m, limits.max_step_m, max_slope)
    if ground is None:
        return np.full(len(points), np.inf)
    steep = ground.slope_at(points) > max_slope
    return np.where(steep, np.inf, ground.height_above(points) / limits.max_step_m)


def _visible_returns(
    points: NDArray[np.floating], pinhole: Pinhole
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices, rows and columns of the returns that the camera sees, nearest last."""
    pixels = np.floor(np.nan_to_num(pinhole.project(points), nan=-1.0)).astype(np.int64)
    inside = (pixels >= 0).all(axis=1) & (pixels < [pinhole.width, pinhole.height]).all(axis=1)
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(-points[kept, 2], kind="stable")]
    column, row = pixels[kept].T
    depth = points[kept, 2]
    nearest = np.full((pinhole.height, pinhole.width), np.inf, np.float32)
    nearest[row, column] = depth
    nearest = cv2.erode(nearest, np.ones((3, 3), np.uint8))
    seen = depth <= nearest[row, column] * (1 + OCCLUSION_FRACTION) + OCCLUSION_M
    return kept[seen], row[seen], column[seen]


def _mean_steps(
    steps: NDArray[np.float64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Return the Gaussian mean of ``steps``, clipped to one step, around every pixel."""
    count, total = np.zeros(shape), np.zeros(shape)
    np.add.at(count, (row, column), 1.0)
    np.add.at(total, (row, column), np.clip(steps, -1, 1))
    sigma = AVERAGE_SPREAD * math.sqrt(math.prod(shape) / len(steps))
    weight = cv2.GaussianBlur(count, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    blurred = cv2.GaussianBlur(total, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(blurred / np.maximum(weight, 1e-12))
