"""The pendulum that a robot's body is: where its mass is, at the height that is commanded."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.pendulum.linear_pendulum import GRAVITY_M_S2
from drive2walk.robot.geometry.arrays import Array


class Balance:
    """Mass and centre of mass of one robot type.

    Args:
        height_m: Height of the base above the feet at which ``com`` holds, in metres.
        com: Centre of mass in the base frame at that height, (3,) m.
        com_slope: Change of the centre of mass for each metre that the base is higher, (3,).
        mass_kg: Mass of the whole robot.
    """

    def __init__(self, height_m: float, com: Array, com_slope: Array, mass_kg: float) -> None:
        self.weight_n = mass_kg * GRAVITY_M_S2
        self._height_m = height_m
        self._com = com
        self._com_slope = com_slope

    def centre_of_mass(self, upright: Array, height: Array) -> Array:
        """Return the centre of mass relative to the base, upright frame, (N, 3) m.

        Args:
            upright: Rotation from the base frame into the upright frame, (N, 3, 3).
            height: Commanded height of the base, (N,) m.
        """
        higher = height[:, None] - self._height_m
        com: Array = np.einsum("nij,nj->ni", upright, self._com + higher * self._com_slope)
        return com

    def com_height(self, height: Array) -> Array:
        """Return the height of the centre of mass above the ground, (N,) m.

        Args:
            height: Commanded height of the base, (N,) m.
        """
        higher = height - self._height_m
        com_height: Array = height + self._com[2] + higher * self._com_slope[2]
        return com_height
