"""Commands that legs can follow: no jump from one to the next."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class CommandLimits:
    """How fast a command (vx, vy, wz) may change: m/s², m/s² and rad/s²."""

    acceleration: tuple[float, float, float] = (1.0, 1.0, 3.0)


def approach(
    command: NDArray[np.float64],
    wanted: NDArray[np.float64],
    limits: CommandLimits,
    dt_s: float,
) -> NDArray[np.float64]:
    """Return commands (..., 3) after ``dt_s`` seconds on the way to the ``wanted`` one.

    A step in place takes a third of a second; a turn that is reversed within one makes the robot
    stumble, which a ramp prevents.
    """
    reach = np.array(limits.acceleration) * dt_s
    return command + np.clip(wanted - command, -reach, reach)
