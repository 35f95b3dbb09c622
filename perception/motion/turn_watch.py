"""Watches a standing robot turn, which shows the gyro's bias.

A robot that stands turns a little on its creeping soles, so its joints can't tell the bias from a
turn. The camera can: it sees the walls.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.motion.visual_rotation import estimate_rotation
from drive2walk.robot.geometry.arrays import Array, Image
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S

# Time in which a robot that begins to stand still sways too much, in seconds.
SETTLING_S = 1.0
# Images after the first that are needed for an estimate.
MIN_IMAGES = 8


@dataclasses.dataclass(frozen=True)
class _Beginning:
    """The first image of a stand.

    Attributes:
        image: Image, (height, width, 3) RGB.
        depth_m: Z-depth in metres, (height, width).
        T_odom_camera: Pose of the camera, (4, 4).
        stood_s: Time for which the robot had stood.
        turned_rad: Angle by which it had turned, as the gyro measured it.
    """

    image: Image
    depth_m: NDArray[np.floating]
    T_odom_camera: Array
    stood_s: float
    turned_rad: float


class TurnWatch:
    """Compares the gyro with the images while a robot stands.

    Args:
        pinhole: Camera at the size of the images.
    """

    def __init__(self, pinhole: Pinhole) -> None:
        self._pinhole = pinhole
        self._stood_s = 0.0
        self._turned_rad = 0.0
        self._beginning: _Beginning | None = None
        self._excess: list[tuple[float, float]] = []

    def feel(self, body: Proprioception) -> None:
        """Add the turn of one control step, as the gyro measures it."""
        self._stood_s += CONTROL_DT_S
        # Gravity points down, and a turn to the left is positive.
        self._turned_rad -= float(body.gyro @ body.projected_gravity) * CONTROL_DT_S

    def see(self, image: Image, depth_m: NDArray[np.floating], T_odom_camera: Array) -> None:
        """Add an image.

        Args:
            image: Image, (height, width, 3) RGB.
            depth_m: Z-depth in metres, (height, width); 0 where unknown.
            T_odom_camera: Pose of the camera as it is believed, optical frame, (4, 4).
        """
        if self._stood_s < SETTLING_S:
            return
        if self._beginning is None:
            self._beginning = _Beginning(
                image, depth_m, T_odom_camera, self._stood_s, self._turned_rad
            )
            return
        first = self._beginning
        to_odom = first.T_odom_camera[:3, :3]
        shift = to_odom.T @ (T_odom_camera[:3, 3] - first.T_odom_camera[:3, 3])
        rotation = estimate_rotation(first.image, image, self._pinhole, first.depth_m, shift)
        if rotation is not None:
            seen_rad = float((to_odom @ rotation)[2])
            felt_rad = self._turned_rad - first.turned_rad
            self._excess.append((self._stood_s - first.stood_s, felt_rad - seen_rad))

    @property
    def gyro_bias_rad_s(self) -> float | None:
        """Bias of the gyro about the vertical; None where too little was seen.

        It is the slope of a line from the first image on, by least squares.
        """
        if len(self._excess) < MIN_IMAGES:
            return None
        time_s, excess_rad = np.array(self._excess).T
        return float(time_s @ excess_rad / (time_s @ time_s))
