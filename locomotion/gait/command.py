"""Commands that legs can follow: complete, and ramped from one to the next."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.geometry.bounds import bound

COMMAND_NAMES = ("vx", "vy", "wz", "height")
# Slower commands (m/s, m/s, rad/s) ask the robot to stand.
STILL = np.array([0.03, 0.03, 0.05])


@dataclasses.dataclass(frozen=True)
class CommandLimits:
    """Limits of a command's change.

    Attributes:
        rate: Fastest change of vx, vy, wz and height: m/s², m/s², rad/s² and m/s.
    """

    rate: tuple[float, float, float, float] = (1.0, 1.0, 3.0, 0.3)


def complete_command(command: Array, height_m: Array | float) -> Array:
    """Return commands (N, 4) from commands (N, 3) or (N, 4).

    A command slower than ``STILL`` becomes exactly zero. A height that is missing or NaN becomes
    ``height_m``.
    """
    full = np.empty((len(command), 4))
    slow = np.all(np.abs(command[:, :3]) < STILL, axis=1, keepdims=True)
    full[:, :3] = np.where(slow, 0, command[:, :3])
    given = command[:, 3] if command.shape[1] > 3 else np.full(len(command), np.nan)
    full[:, 3] = np.where(np.isnan(given), height_m, given)
    return full


def ramp_command(command: Array, wanted: Array, limits: CommandLimits, dt: float) -> Array:
    """Return commands (..., 4) after ``dt`` seconds on the way to the ``wanted`` ones.

    A step in place takes a third of a second; a turn that is reversed within one makes the robot
    stumble, which a ramp prevents.
    """
    reach = np.array(limits.rate) * dt
    return command + bound(wanted - command, -reach, reach)


def is_still(command: Array) -> Bools:
    """Return which commands (N, 4) ask the robot to stand, (N,)."""
    still: Bools = ~np.any(command[:, :3], axis=1)
    return still
