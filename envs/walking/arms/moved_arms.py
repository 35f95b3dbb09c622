"""What a walking environment asks of arms that somebody else moves."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Arms(Protocol):
    """The arms of N robots."""

    def rest(self, ids: NDArray[np.intp]) -> None:
        """Let the robots ``ids`` begin with their arms at home."""

    def step(self) -> None:
        """Move them for one control step."""

    def mass_shift(self, projected_gravity: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far they move the centre of mass, loads apart, upright frame, (N, 2) m.

        A robot knows this by its joints' angles.

        Args:
            projected_gravity: unit vectors of gravity in the base frame, (N, 3).
        """
