"""A lidar on the robot's head: a scan that never repeats, cast with MuJoCo's rays."""

from __future__ import annotations

import math
from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.geom_groups import VISIBLE_GROUPS
from drive2walk.envs.sensors.lidar_config import LidarConfig, scan_directions
from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import apply, quat_from_axis_angle, quat_to_matrix

# Fraction of the image size by which scans extend beyond its edges: objects at an edge are scanned
# whole.
MARGIN = 0.15
# Coordinates are rounded to about a millimetre; powers of two compress well.
GRAIN_M = 2.0**-10


class Scan(NamedTuple):
    """A robot's measurements for one frame, beside its image.

    Attributes:
        points: Returns in the camera's optical frame, (n, 3) float32 m.
        R_gravity_camera: Attitude from the IMU, (3, 3): z is up, x level and ahead.
        head_height_m: Height of the camera over the soles, from the joints.
    """

    points: NDArray[np.float32]
    R_gravity_camera: Array
    head_height_m: float


class Lidar:
    """A lidar beside a camera.

    Args:
        model: The compiled world.
        config: The sensor; None is the Mid-360.
    """

    def __init__(self, model: mujoco.MjModel, config: LidarConfig | None = None) -> None:
        self.config = config or LidarConfig()
        self._model = model
        self._groups = np.array([group in VISIBLE_GROUPS for group in range(6)], np.uint8)

    def scan(
        self,
        data: mujoco.MjData,
        pinhole: Pinhole,
        T_world_camera: Array,
        rng: np.random.Generator,
    ) -> Scan:
        """Return one scan of the camera's view and a margin around it.

        Args:
            data: State of the world, after ``mj_forward``.
            pinhole: Camera whose view is scanned.
            T_world_camera: Pose of its optical frame, (4, 4).
            rng: Source of the scan's start and noise.
        """
        mount = self.config.T_camera_lidar
        directions = scan_directions(self.config, float(rng.uniform(0, 1000)))
        directions = directions @ mount[:3, :3].T
        directions = directions[in_view(pinhole, directions)]
        world = directions @ T_world_camera[:3, :3].T
        ranges = self._cast(data, apply(T_world_camera, mount[:3, 3]), world)
        shortest, longest = self.config.range_m
        hit = (ranges >= shortest) & (ranges <= longest)
        points = self._add_noise(directions[hit], ranges[hit], rng) + mount[:3, 3]
        sigma = math.radians(self.config.attitude_sigma_deg)
        attitude = _measure_attitude(T_world_camera[:3, :3], rng.normal(0, sigma, 2))
        # The robot or person that carries the camera stands on the ground below it.
        down = np.array([[0.0, 0.0, -1.0]])
        height = self._cast(data, T_world_camera[:3, 3], down)[0]
        height += rng.normal(0, self.config.height_sigma_m)
        points = np.round(points / GRAIN_M) * GRAIN_M
        return Scan(points.astype(np.float32), attitude, float(height))

    def _cast(self, data: mujoco.MjData, origin: Array, directions: Array) -> Array:
        """Return the distance along each direction (n, 3), -1 where nothing is hit, (n,) m."""
        count = len(directions)
        ranges, geoms = np.full(count, -1.0), np.full(count, -1, np.int32)
        mujoco.mj_multiRay(
            self._model,
            data,
            origin,
            directions.ravel(),
            self._groups,
            1,
            -1,
            geoms,
            ranges,
            None,
            count,
            self.config.range_m[1],
        )
        return ranges

    def _add_noise(self, directions: Array, ranges: Array, rng: np.random.Generator) -> Array:
        """Return the returns (n, 3) m with errors of direction and distance."""
        sigma = math.radians(self.config.angle_sigma_deg)
        noisy = directions + rng.normal(0, sigma, directions.shape)
        noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
        return noisy * (ranges + rng.normal(0, self.config.range_sigma_m, len(ranges)))[:, None]


def in_view(pinhole: Pinhole, directions: Array) -> Bools:
    """Return which directions (n, 3) of the optical frame are in the image or its margin, (n,)."""
    pixels = pinhole.project(directions)
    size = np.array([pinhole.width, pinhole.height])
    inside = (pixels >= -MARGIN * size) & (pixels <= (1 + MARGIN) * size)
    return np.asarray(inside.all(axis=1))


def _measure_attitude(rotation: Array, errors: Array) -> Array:
    """Return the IMU's R_gravity_camera, (3, 3).

    Args:
        rotation: R_world_camera, (3, 3).
        errors: Errors of pitch and roll, (2,) rad.
    """
    up = rotation.T @ np.array([0.0, 0.0, 1.0])
    for axis, error in zip(np.eye(3)[[0, 2]], errors, strict=True):
        up = quat_to_matrix(quat_from_axis_angle(axis, error)) @ up
    # Where the camera looks straight down, the image's upward direction is ahead.
    ahead = np.array([0.0, -1e-3, 1.0])
    ahead -= (ahead @ up) * up
    ahead /= np.linalg.norm(ahead)
    return np.stack([ahead, np.cross(up, ahead), up])
