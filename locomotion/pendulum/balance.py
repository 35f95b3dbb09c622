"""Where the body's mass is over its feet, at the height and with the lean that are wanted."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.pendulum.linear_pendulum import (
    GRAVITY_M_S2,
    capture_point,
    natural_frequency,
)
from drive2walk.robot.geometry.arrays import Array


class Balance:
    """The pendulum that a robot's body is.

    Args:
        parameters: the gait's numbers.
        com: centre of mass in the base frame at the gait's height, (3,) m.
        com_slope: its change for each metre that the base is higher, (3,).
        mass_kg: of the whole robot.
    """

    def __init__(
        self, parameters: GaitParameters, com: Array, com_slope: Array, mass_kg: float
    ) -> None:
        self.weight_n = mass_kg * GRAVITY_M_S2
        self._height_m = parameters.height_m
        self._com = com + np.array([parameters.com_shift_m, 0, 0])
        self._com_slope = com_slope

    def centre_of_mass(self, body: BodyPose, command: Array, shift: Array) -> Array:
        """Return the centre of mass from the base, upright frame, (N, 3) m.

        Args:
            body: the robots' pose.
            command: vx, vy, wz and height, (N, 4).
            shift: of the centre of mass by what they carry, upright frame, (N, 2) m.
        """
        higher = command[:, 3:] - self._height_m
        com = np.einsum("nij,nj->ni", body.upright, self._com + higher * self._com_slope)
        com[:, :2] += shift
        return com

    def capture_point(
        self, body: BodyPose, odometry: Odometry, command: Array, shift: Array
    ) -> Array:
        """Return ξ from the base, upright frame, (N, 2) m; arguments as above."""
        com = self.centre_of_mass(body, command, shift)[:, :2]
        return capture_point(com, odometry.velocity[:, :2], self.omega(command)[:, None])

    def com_height(self, command: Array) -> Array:
        """Return the height of the centre of mass above the ground, (N,) m."""
        higher = command[:, 3] - self._height_m
        height: Array = command[:, 3] + self._com[2] + higher * self._com_slope[2]
        return height

    def omega(self, command: Array) -> Array:
        """Return the pendulum's natural frequency at the commanded heights, (N,) 1/s."""
        return natural_frequency(self.com_height(command))


def lean(height_m: Array, parameters: GaitParameters) -> Array:
    """Return the ground's rotation in a base that leans forward at these heights, (N, 3, 3)."""
    pitch = lean_rad(height_m, parameters)
    rotation = np.zeros((len(pitch), 3, 3))
    sin, cos = np.sin(pitch), np.cos(pitch)
    rotation[:, 0, 0], rotation[:, 0, 2] = cos, -sin
    rotation[:, 1, 1] = 1.0
    rotation[:, 2, 0], rotation[:, 2, 2] = sin, cos
    return rotation


def lean_rad(height_m: Array, parameters: GaitParameters) -> Array:
    """Return how far the base leans forward at these heights, (N,)."""
    sunk = np.maximum(parameters.height_m - height_m, 0.0)
    return parameters.pitch_rad + parameters.squat_pitch_rad_m * sunk
