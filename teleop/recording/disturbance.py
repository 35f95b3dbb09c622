"""Noise on what is executed, so that demonstrations show how to recover from small errors."""

from __future__ import annotations

import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.timing import CONTROL_DT_S

# Time in which the noise forgets its value.
CORRELATION_S = 1.0
# Standard deviations at scale 1: of each coordinate of a hand in metres, and of the base command
# (vx, vy, wz) in m/s and rad/s. At 2.5 times these scripts fail.
HAND_M, BASE = 0.005, (0.024, 0.024, 0.04)
# Part of the episodes that are disturbed. The others show the task as it should be done.
DISTURBED_PROBABILITY = 0.5
# Keeps this noise apart from the other random numbers of a seed.
STREAM = 7


class Disturbance:
    """Ornstein-Uhlenbeck noise for both hands and the base; it begins at zero.

    The value after a step is exact for any step: Gillespie, "Exact numerical simulation of the
    Ornstein-Uhlenbeck process", Phys. Rev. E 54 (1996), eq. 1.9.

    Args:
        scale: Size of the noise; 1 is as large as demonstrations bear.
        seed: Seed of the noise.
    """

    def __init__(self, scale: float, seed: int) -> None:
        self._rng = np.random.default_rng([seed, STREAM, 1])
        self._deviation = scale * np.array([*[HAND_M] * 6, *BASE])
        self._value = np.zeros(9)

    @property
    def hands(self) -> Array:
        """Displacements of the left and the right hand, (2, 3) m."""
        return self._value[:6].reshape(2, 3)

    @property
    def base(self) -> Array:
        """Addition to the base command (vx, vy, wz, height) in m/s and rad/s, (4,)."""
        return np.array([*self._value[6:], 0.0])

    def advance(self) -> None:
        """Move by one control step."""
        kept = np.exp(-CONTROL_DT_S / CORRELATION_S)
        fresh = self._deviation * self._rng.standard_normal(9)
        self._value = kept * self._value + np.sqrt(1 - kept**2) * fresh


def draw_disturbance(scale: float, seed: int) -> Disturbance | None:
    """Return the disturbance of an episode; None for the half of the seeds without one.

    Args:
        scale: Size of the noise; at 0 no episode is disturbed.
        seed: Seed of the episode.
    """
    disturbed = np.random.default_rng([seed, STREAM]).random() < DISTURBED_PROBABILITY
    return Disturbance(scale, seed) if scale > 0 and disturbed else None
