"""A posture: where the feet are to be, and how the ground is to push them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array


class Posture(NamedTuple):
    """What the legs of N robots are to do now.

    Attributes:
        feet: centres of both soles from the base, (N, 2, 3) m.
        rotation: of both feet, (N, 2, 3, 3).
        points: where the ground pushes the feet, from the base, upright frame, (N, 2, 3) m.
        forces: by which it does, upright frame, (N, 2, 3) N.
        height: of the base above the stance sole, (N,) m.
    """

    feet: Array
    rotation: Array
    points: Array
    forces: Array
    height: Array

    def replaced(self, which: NDArray[np.bool_], by: Posture) -> Posture:
        """Return the postures, but those ``by`` others of the robots ``which``, (N,)."""
        wide = (which.reshape(-1, *[1] * (ours.ndim - 1)) for ours in self)
        return Posture(*map(np.where, wide, by, self))
