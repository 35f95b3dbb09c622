"""The ground around robots, as a height scan in the simulator or a camera's map gives it."""

from __future__ import annotations

from typing import Protocol

from drive2walk.robot.geometry.arrays import Array


class Ground(Protocol):
    """The ground as N robots see it from where they are now."""

    def height(self, points: Array) -> Array:
        """Return the height of the ground relative to the base, (N, k) m, NaN where it is unseen.

        Args:
            points: Points relative to the base, upright frame, (N, k, 2) m.
        """
