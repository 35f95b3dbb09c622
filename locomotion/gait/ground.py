"""What robots know of the ground around them: from a scan in the simulator, or a camera's map."""

from __future__ import annotations

from typing import Protocol

from drive2walk.robot.geometry.arrays import Array


class Ground(Protocol):
    """The ground as N robots see it from where they are now."""

    def height(self, points: Array) -> Array:
        """Return how high the ground is over the base, (N, k) m, NaN where nobody has seen it.

        Args:
            points: from the base, upright frame, (N, k, 2) m.
        """
