"""What a robot feels of itself."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Proprioception:
    """What the robot's own joints and IMU say; base frame, SI units.

    Shapes: ``joint_qpos`` and ``joint_qvel`` (num_joints,), ``projected_gravity`` (3,) the unit
    vector of gravity, ``gyro`` (3,) rad/s.
    """

    joint_qpos: NDArray[np.float64]
    joint_qvel: NDArray[np.float64]
    projected_gravity: NDArray[np.float64]
    gyro: NDArray[np.float64]
