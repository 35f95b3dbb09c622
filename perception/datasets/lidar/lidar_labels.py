"""Labels without a person: where the robot may step, from one lidar scan and its own limits.

Each return has a height over the ground (``perception/ground.py``). A pixel is walkable where
the returns around it are, on average, less than part of a step off the ground, where the ground
isn't steep, and where the nearest return is no obstacle by itself, as a chair's leg is.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.lidar.ground import Ground, nearest_index
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.surfaces import UNLABELLED

# Averages are Gaussians of this many times the mean distance between returns in the image.
SPREAD = 1.25
# Heights count up to a step. Off the ground by this share of it on average, a place is not
# walkable: half would put the edge midway up the lowest step of a wall, so it is a bit less.
MEAN_SHARE = 0.35
# A return this many steps off the ground is an obstacle, whatever lies around it.
ALONE = 1.5
# The lidar looks over things; a return is hidden from the camera where another one, of its pixel
# or the next, is nearer by more than this.
BEHIND_SHARE, BEHIND_M = 0.1, 0.1
# A pixel farther than this share of the image's diagonal from any return stays unknown.
REACH_SHARE = 0.02


@dataclasses.dataclass(frozen=True)
class StepLimits:
    """What a robot can step on: the height of a step in metres and a slope in degrees."""

    max_step_m: float
    max_slope_deg: float

    @classmethod
    def of(cls, spec: RobotSpec) -> StepLimits:
        """Return a robot's own."""
        return cls(spec.max_step_m, spec.max_slope_deg)


@dataclasses.dataclass(frozen=True)
class LidarScan:
    """What the robot knows beside an image.

    Attributes:
        points: returns (n, 3) in metres in the camera's optical frame.
        R_gravity_camera: attitude (3, 3) by the IMU.
        head_height_m: of the camera over the soles, by the joints.
    """

    points: NDArray[np.float32]
    R_gravity_camera: NDArray[np.float64]
    head_height_m: float


def read_scan(path: Path) -> LidarScan:
    """Read a scan from a .npz file that holds the attributes of ``LidarScan``.

    Raises:
        DataError: the file is missing, cut off, or holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            told = (arrays["points"], arrays["R_gravity_camera"])
            scan = LidarScan(*told, float(arrays["head_height_m"]))
    except Exception as error:  # zip, zlib, NumPy and the system each have their own
        reason = " ".join(str(error).split())
        raise DataError(f"'{path}' is no lidar scan ({reason}). Record it again.") from error
    shapes = scan.points.shape, scan.R_gravity_camera.shape
    if len(shapes[0]) != 2 or shapes[0][1] != 3 or shapes[1] != (3, 3):
        raise DataError(
            f"'{path}': points have shape {shapes[0]} and R_gravity_camera {shapes[1]}; "
            "(n, 3) and (3, 3) are needed."
        )
    return scan


def lidar_labels(
    scan: LidarScan, pinhole: Pinhole, limits: StepLimits
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return what a scan says of each pixel.

    Args:
        scan: the returns and the attitude.
        pinhole: the camera.
        limits: the robot's.

    Returns:
        The label (height, width): 1 walkable, 0 not, ``UNLABELLED`` where no return is near.
        The z-depth (height, width) in metres of the pixels that a return fell on, 0 elsewhere.
    """
    shape = (pinhole.height, pinhole.width)
    kept, row, column = _seen(scan.points, pinhole)
    depth_m = np.zeros(shape, np.float32)
    depth_m[row, column] = scan.points[kept, 2]
    if len(kept) == 0:
        return np.full(shape, UNLABELLED, np.uint8), depth_m
    upright = scan.points @ scan.R_gravity_camera.T
    steps = steps_over_ground(upright, scan.head_height_m, limits)[kept]
    alone = np.zeros(shape, bool)
    alone[row, column] = np.abs(steps) > ALONE
    index, distance = nearest_index(depth_m == 0)
    walkable = (np.abs(_mean(steps, row, column, shape)) < MEAN_SHARE) & ~alone.ravel()[index]
    known = distance <= REACH_SHARE * math.hypot(*shape)
    return np.where(known, walkable, UNLABELLED).astype(np.uint8), depth_m


def steps_over_ground(
    points: NDArray[np.floating], head_height_m: float, limits: StepLimits
) -> NDArray[np.float64]:
    """Return how many of the robot's steps each return is above the ground, (n,).

    Infinite on a slope that is too steep, and where no ground is.

    Args:
        points: returns (n, 3) in metres in a frame with z up and the head at its origin.
        head_height_m: of the head over the soles.
        limits: the robot's.
    """
    max_slope = math.tan(math.radians(limits.max_slope_deg))
    ground = Ground.under(points, head_height_m, limits.max_step_m, max_slope)
    if ground is None:
        return np.full(len(points), np.inf)
    steep = ground.slope_under(points) > max_slope
    return np.where(steep, np.inf, ground.height_over(points) / limits.max_step_m)


def _seen(
    points: NDArray[np.floating], pinhole: Pinhole
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return which returns the camera sees, the nearest last, and their rows and columns."""
    pixels = np.floor(np.nan_to_num(pinhole.project(points), nan=-1.0)).astype(np.int64)
    inside = (pixels >= 0).all(axis=1) & (pixels < [pinhole.width, pinhole.height]).all(axis=1)
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(-points[kept, 2], kind="stable")]
    column, row = pixels[kept].T
    depth = points[kept, 2]
    nearest = np.full((pinhole.height, pinhole.width), np.inf, np.float32)
    nearest[row, column] = depth
    nearest = cv2.erode(nearest, np.ones((3, 3), np.uint8))
    seen = depth <= nearest[row, column] * (1 + BEHIND_SHARE) + BEHIND_M
    return kept[seen], row[seen], column[seen]


def _mean(
    steps: NDArray[np.float64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Return the mean of ``steps``, cut to one step, around every pixel."""
    count, total = np.zeros(shape), np.zeros(shape)
    np.add.at(count, (row, column), 1.0)
    np.add.at(total, (row, column), np.clip(steps, -1, 1))
    sigma = SPREAD * math.sqrt(math.prod(shape) / len(steps))
    weight = cv2.GaussianBlur(count, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    blurred = cv2.GaussianBlur(total, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(blurred / np.maximum(weight, 1e-12))
