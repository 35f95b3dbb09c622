"""Noticing where the centre of mass really is: arms reach out and hands carry things.

An observer compares how the body speeds up with what the pendulum foretells, ċ' = ω0² (c − p) for
a push at p, and takes what is left for a shift of the centre of mass c. Source: Luenberger, "An
introduction to observers", 1971, for the pendulum of pendulum.py.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array

# How quickly the observer follows: slower than a step, quicker than an arm that holds something.
RATE_HZ = 0.4
# On uneven ground feet strike early, late and on edges, and that would pass for loads of several
# centimetres just when the robot stumbles. It averages out, loads stay: while walking there, only
# this share of what is felt is believed.
UNEVEN_SHARE = 0.2
LIMIT_M = np.array([0.12, 0.06])


@dataclasses.dataclass(frozen=True)
class Load:
    """What N robots carry, by its effect.

    Attributes:
        velocity: that the observer foretells, upright frame, (N, 2) m/s.
        shift: of the centre of mass against the model's that is felt, upright frame, (N, 2) m.
        known: the shift that whoever moves the arms knows beforehand, likewise.
    """

    velocity: Array
    shift: Array
    known: Array

    @classmethod
    def none(cls, count: int) -> Load:
        """Return the load of robots at rest that carry nothing."""
        return cls(*np.zeros((3, count, 2)))

    @property
    def total(self) -> Array:
        """The whole shift of the centre of mass, known and felt, (N, 2) m."""
        return self.shift + self.known

    def told(self, known: Array | None) -> Load:
        """Return the load with the shift that is known from now on, None if nobody says."""
        return self if known is None else dataclasses.replace(self, known=known)

    def updated(
        self,
        com: Array,
        velocity: Array,
        push: Array,
        omega: Array,
        uneven: NDArray[np.bool_],
        dt: float,
    ) -> Load:
        """Return the load after another ``dt`` seconds.

        Args:
            com: the model's centre of mass, upright frame, (N, 2) m.
            velocity: of the base, (N, 2) m/s.
            push: where the ground pushes, (N, 2) m, in the frame of ``com``.
            omega: the pendulum's natural frequency, (N,) 1/s.
            uneven: is the ground that is walked on, (N,).
            dt: seconds.
        """
        square = np.square(omega)[:, None]
        pole = 2 * np.pi * RATE_HZ
        believed = np.where(uneven, UNEVEN_SHARE, 1.0)[:, None]
        surprise = velocity - self.velocity
        foretold = square * (com + self.total - push)
        shift = self.shift + dt * believed * pole**2 / square * surprise
        return Load(
            self.velocity + dt * (foretold + 2 * pole * surprise),
            np.clip(shift, -LIMIT_M, LIMIT_M),
            self.known,
        )
