"""Where the centre of mass really is while arms reach out and hands carry things.

An observer compares how the body accelerates with what the pendulum predicts, ċ' = ω0² (c − p) for
a push at p, and takes the difference for a shift of the centre of mass c. Source: Luenberger, "An
introduction to observers", 1971, for the pendulum of pendulum/linear_pendulum.py.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.bounds import bound

# Bandwidth of the observer: slower than a step, quicker than an arm that holds something.
RATE_HZ = 0.4
# On uneven ground feet strike early, late and on edges, which looks like loads of several
# centimetres just when the robot stumbles. It averages out, loads stay: while walking there, only
# this fraction of the difference is believed.
UNEVEN_FRACTION = 0.2
LIMIT_M = np.array([0.12, 0.06])


@dataclasses.dataclass(frozen=True)
class ComShift:
    """The centre of mass of N robots against their model's, upright frame.

    Attributes:
        velocity: Velocity of the base that the observer predicts, (N, 2) m/s.
        felt: Shift that the observer has found, (N, 2) m.
        known: Shift by the pose of the arms, known from their joints, (N, 2) m.
    """

    velocity: Array
    felt: Array
    known: Array

    @classmethod
    def from_rest(cls, count: int) -> ComShift:
        """Return the shift of ``count`` robots at rest that carry nothing."""
        return cls(*np.zeros((3, count, 2)))

    @property
    def total(self) -> Array:
        """The whole shift of the centre of mass, known and felt, (N, 2) m."""
        return self.felt + self.known

    def with_known(self, known: Array | None) -> ComShift:
        """Return the shift with another known part; None leaves it as it is."""
        return self if known is None else ComShift(self.velocity, self.felt, known)

    def updated(self, tick: Tick, push: Array, uneven: Bools, dt: float) -> ComShift:
        """Return the shift ``dt`` seconds later.

        Args:
            tick: The robots' estimate, with the centre of mass of their model.
            push: Point at which the ground pushes, relative to the base, upright frame, (N, 2) m.
            uneven: Robots that walk on uneven ground, (N,).
            dt: Time since the last update, in seconds.
        """
        square = np.square(tick.omega)[:, None]
        pole = 2 * np.pi * RATE_HZ
        believed = np.where(uneven, UNEVEN_FRACTION, 1.0)[:, None]
        surprise = tick.odometry.velocity[:, :2] - self.velocity
        predicted = square * (tick.com[:, :2] + self.total - push)
        felt = self.felt + dt * believed * pole**2 / square * surprise
        return ComShift(
            self.velocity + dt * (predicted + 2 * pole * surprise),
            bound(felt, -LIMIT_M, LIMIT_M),
            self.known,
        )
