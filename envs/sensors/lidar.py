"""A lidar on the robot's head: a scan that never repeats, cast with MuJoCo's rays.

The figures are those of the Livox Mid-360's data sheet: 200 000 points a second over the whole
turn and from 7 degrees on one side of its equator to 52 on the other, 0.1 to 40 m, at most 2 cm
and 0.15 degrees of random error (one standard deviation).
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import VISIBLE_GROUPS
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import (
    apply,
    quat_from_axis_angle,
    quat_to_matrix,
    transform,
)

# Upside down and facing forward, the lidar's x, y and z are the camera's z, x and y.
UPSIDE_DOWN = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
# Beyond the image's edges by this share, so that what stands at an edge is judged whole.
MARGIN = 0.15
# Coordinates are told to about a millimetre; in powers of two, which pack well.
GRAIN_M = 2.0**-10


@dataclasses.dataclass(frozen=True)
class LidarConfig:
    """The sensor and its mount.

    Attributes:
        points_per_s: laser pulses a second, over the whole turn.
        elevation_deg: the field above and below the lidar's equator.
        range_m: least and greatest distance that gives a return.
        range_sigma_m, angle_sigma_deg: standard deviations of a return's distance and direction.
        turns_hz, sweeps_hz: how fast the beam goes around, and up and down. No ratio of whole
            numbers joins them, so that the pattern doesn't repeat.
        scan_s: how long returns are gathered for one frame.
        position_m: where it sits in the camera's optical frame: above the lens, upside down.
        tilt_up_deg: how far it leans back, which centres its field on the camera's.
        attitude_sigma_deg: standard deviation of the roll and the pitch that the IMU tells.
        height_sigma_m: standard deviation of the head's height over the soles that the joints tell.
    """

    points_per_s: int = 200_000
    elevation_deg: tuple[float, float] = (-7.0, 52.0)
    range_m: tuple[float, float] = (0.1, 40.0)
    range_sigma_m: float = 0.02
    angle_sigma_deg: float = 0.15
    turns_hz: float = 10.0
    sweeps_hz: float = 800.0 * math.sqrt(5.0)
    scan_s: float = 0.4
    position_m: tuple[float, float, float] = (0.0, -0.08, -0.03)
    tilt_up_deg: float = 15.0
    attitude_sigma_deg: float = 0.2
    height_sigma_m: float = 0.01

    @property
    def T_camera_lidar(self) -> NDArray[np.float64]:
        """The mount, (4, 4)."""
        turn = quat_from_axis_angle(np.array([1.0, 0, 0]), math.radians(self.tilt_up_deg))
        return transform(quat_to_matrix(turn) @ UPSIDE_DOWN, np.array(self.position_m))


class Scan(NamedTuple):
    """What the robot knows of one frame beside its image.

    Attributes:
        points: (n, 3) float32 returns in metres in the camera's optical frame.
        R_gravity_camera: (3, 3) attitude by the IMU: z is up, x level and ahead.
        head_height_m: of the camera over the soles, by the joints.
    """

    points: NDArray[np.float32]
    R_gravity_camera: NDArray[np.float64]
    head_height_m: float


class Lidar:
    """Casts the rays of a lidar that sits beside a camera.

    Args:
        model: the compiled world.
        config: the sensor; the Mid-360 without it.
    """

    def __init__(self, model: mujoco.MjModel, config: LidarConfig | None = None) -> None:
        self.config = config or LidarConfig()
        self._model = model
        self._groups = np.array([group in VISIBLE_GROUPS for group in range(6)], np.uint8)

    def scan(
        self,
        data: mujoco.MjData,
        pinhole: Pinhole,
        T_world_camera: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> Scan:
        """Return one scan of what lies in the camera's view, and a bit around it.

        Args:
            data: the world's state, after ``mj_forward``.
            pinhole: the camera whose view is scanned.
            T_world_camera: its pose (4, 4), optical frame.
            rng: draws the moment of the scan and its noise.
        """
        mount = self.config.T_camera_lidar
        directions = scan_directions(self.config, float(rng.uniform(0, 1000)))
        directions = directions @ mount[:3, :3].T
        directions = directions[in_view(pinhole, directions)]
        world = directions @ T_world_camera[:3, :3].T
        ranges = self._cast(data, apply(T_world_camera, mount[:3, 3]), world)
        least, greatest = self.config.range_m
        hit = (ranges >= least) & (ranges <= greatest)
        points = self._noisy(directions[hit], ranges[hit], rng) + mount[:3, 3]
        sigma = math.radians(self.config.attitude_sigma_deg)
        attitude = _attitude(T_world_camera[:3, :3], rng.normal(0, sigma, 2))
        # Whoever holds the camera there stands below it.
        down = np.array([[0.0, 0.0, -1.0]])
        height = self._cast(data, T_world_camera[:3, 3], down)[0]
        height += rng.normal(0, self.config.height_sigma_m)
        points = np.round(points / GRAIN_M) * GRAIN_M
        return Scan(points.astype(np.float32), attitude, float(height))

    def _cast(
        self, data: mujoco.MjData, origin: NDArray[np.float64], directions: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the distance along each direction (n, 3), -1 where nothing is hit, (n,)."""
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

    def _noisy(
        self,
        directions: NDArray[np.float64],
        ranges: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        sigma = math.radians(self.config.angle_sigma_deg)
        told = directions + rng.normal(0, sigma, directions.shape)
        told /= np.linalg.norm(told, axis=1, keepdims=True)
        return told * (ranges + rng.normal(0, self.config.range_sigma_m, len(ranges)))[:, None]


def scan_directions(config: LidarConfig, start_s: float) -> NDArray[np.float64]:
    """Return unit vectors (n, 3) of the beams from ``start_s`` on, in the lidar's frame.

    The beam goes around evenly and up and down evenly.
    """
    times = start_s + np.arange(round(config.scan_s * config.points_per_s)) / config.points_per_s
    azimuth = 2 * math.pi * np.mod(config.turns_hz * times, 1.0)
    low, high = np.radians(config.elevation_deg)
    elevation = low + (high - low) * np.abs(2 * np.mod(config.sweeps_hz * times, 1.0) - 1)
    level = np.cos(elevation)
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], axis=1)


def in_view(pinhole: Pinhole, directions: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which directions (n, 3) of the optical frame the camera sees, or nearly so."""
    pixels = pinhole.project(directions)
    size = np.array([pinhole.width, pinhole.height])
    inside = (pixels >= -MARGIN * size) & (pixels <= (1 + MARGIN) * size)
    return np.asarray(inside.all(axis=1))


def _attitude(rotation: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return R_gravity_camera as an IMU tells it, (3, 3).

    Args:
        rotation: R_world_camera, (3, 3).
        errors: of the pitch and the roll, in radians, (2,).
    """
    up = rotation.T @ np.array([0.0, 0.0, 1.0])
    for axis, error in zip(np.eye(3)[[0, 2]], errors, strict=True):
        up = quat_to_matrix(quat_from_axis_angle(axis, error)) @ up
    # The image's upward direction is ahead too where the camera looks straight down.
    ahead = np.array([0.0, -1e-3, 1.0])
    ahead -= (ahead @ up) * up
    ahead /= np.linalg.norm(ahead)
    return np.stack([ahead, np.cross(up, ahead), up])
