"""A lidar and its mount.

The figures are those of the Livox Mid-360's data sheet: 200 000 points a second over the whole
circle, from 7 degrees on one side of its equator to 52 on the other, 0.1 to 40 m, standard
deviations of at most 2 cm and 0.15 degrees.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_to_matrix, transform

# Upside down and facing forward, the lidar's x, y and z are the camera's z, x and y.
UPSIDE_DOWN = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


@dataclasses.dataclass(frozen=True)
class LidarConfig:
    """The sensor and its mount.

    Attributes:
        points_per_s: Laser pulses per second, over the whole circle.
        elevation_deg: Range of the elevation above the lidar's equator.
        range_m: Shortest and longest distance with a return.
        range_sigma_m: Standard deviation of a return's distance.
        angle_sigma_deg: Standard deviation of a return's direction.
        turns_hz: Rate at which the beam goes around.
        sweeps_hz: Rate at which the beam goes up and down; its ratio to ``turns_hz`` is
            irrational, so that the pattern doesn't repeat.
        scan_s: Time over which returns are gathered for one frame.
        position_m: Position in the camera's optical frame: above the lens, upside down.
        tilt_up_deg: Angle by which it leans back, which centres its field on the camera's.
        attitude_sigma_deg: Standard deviation of the roll and pitch from the IMU.
        height_sigma_m: Standard deviation of the head's height over the soles from the joints.
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
    def T_camera_lidar(self) -> Array:
        """The pose of the lidar in the camera's optical frame, (4, 4)."""
        turn = quat_from_axis_angle(np.array([1.0, 0, 0]), math.radians(self.tilt_up_deg))
        return transform(quat_to_matrix(turn) @ UPSIDE_DOWN, np.array(self.position_m))


def scan_directions(config: LidarConfig, start_s: float) -> Array:
    """Return the directions of the beams from ``start_s`` on, unit vectors (n, 3), lidar frame.

    The beam goes around at a constant rate, and up and down at a constant rate.
    """
    times = start_s + np.arange(round(config.scan_s * config.points_per_s)) / config.points_per_s
    azimuth = 2 * math.pi * np.mod(config.turns_hz * times, 1.0)
    low, high = np.radians(config.elevation_deg)
    elevation = low + (high - low) * np.abs(2 * np.mod(config.sweeps_hz * times, 1.0) - 1)
    level = np.cos(elevation)
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], axis=1)
