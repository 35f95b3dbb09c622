"""The interface of moving arms in a walking simulation."""

from __future__ import annotations

from typing import Protocol

from drive2walk.robot.geometry.arrays import Array, Ids


class Arms(Protocol):
    """The arms of N robots."""

    def reset(self, ids: Ids) -> None:
        """Put the arms of the robots ``ids`` at home."""

    def step(self) -> None:
        """Move the arms for one control step."""

    def mass_shift(self, projected_gravity: Array) -> Array:
        """Return the arms' shift of the centre of mass, upright frame, (N, 2) m.

        Payloads don't count: this is the shift that a robot computes from its joint angles.

        Args:
            projected_gravity: Unit vectors of gravity in the base frame, (N, 3).
        """
