"""Commands that legs can follow: complete, bounded, no jump from one to the next."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class CommandLimits:
    """How fast a command (vx, vy, wz, height) may change: m/s², m/s², rad/s² and m/s."""

    rate: tuple[float, float, float, float] = (1.0, 1.0, 3.0, 0.3)


def approach(
    command: NDArray[np.float64],
    wanted: NDArray[np.float64],
    limits: CommandLimits,
    dt_s: float,
) -> NDArray[np.float64]:
    """Return commands (..., 4) after ``dt_s`` seconds on the way to the ``wanted`` one.

    A step in place takes a third of a second; a turn that is reversed within one makes the robot
    stumble, which a ramp prevents.
    """
    reach = np.array(limits.rate) * dt_s
    return command + np.clip(wanted - command, -reach, reach)


COMMAND_NAMES = ("vx", "vy", "wz", "height")
# Slower commands (m/s, m/s, rad/s) ask the robot to stand.
STILL = np.array([0.03, 0.03, 0.05])


def complete(
    command: NDArray[np.float64], height_m: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return commands (N, 4) of commands (N, 3) or (N, 4).

    What is slower than ``STILL`` becomes exactly zero. Where the height isn't given, or NaN, it
    is ``height_m``.
    """
    full = np.empty((len(command), 4))
    slow = np.all(np.abs(command[:, :3]) < STILL, axis=1, keepdims=True)
    full[:, :3] = np.where(slow, 0, command[:, :3])
    given = command[:, 3] if command.shape[1] > 3 else np.full(len(command), np.nan)
    full[:, 3] = np.where(np.isnan(given), height_m, given)
    return full


def is_still(command: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which commands (N, 4) ask the robot to stand, (N,)."""
    return np.logical_not(np.any(command[:, :3], axis=1, keepdims=True)[:, 0])
