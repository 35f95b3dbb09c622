"""A posture: where the feet are to be, and how the ground is to push them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools


class Posture(NamedTuple):
    """What the legs of N robots are to do now.

    Attributes:
        feet: Centres of both soles relative to the base, (N, 2, 3) m.
        rotation: Rotations of both feet, (N, 2, 3, 3).
        points: Points at which the ground pushes the feet, relative to the base, upright frame,
            (N, 2, 3) m.
        forces: The ground's forces there, upright frame, (N, 2, 3) N.
        height: Height of the base above the stance sole, (N,) m.
    """

    feet: Array
    rotation: Array
    points: Array
    forces: Array
    height: Array

    def with_replaced(self, which: Bools, by: Posture) -> Posture:
        """Return the postures with those of the robots ``which`` (N,) taken from ``by``."""
        wide = (which.reshape(-1, *[1] * (ours.ndim - 1)) for ours in self)
        return Posture(*map(np.where, wide, by, self))
