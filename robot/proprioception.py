"""A robot's measurements of itself."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Proprioception:
    """The readings of joint encoders and IMU, in the base frame.

    A batch of N robots has a leading axis N in every field.

    Attributes:
        joint_qpos: Joint angles, (num_joints,) rad.
        joint_qvel: Joint velocities, (num_joints,) rad/s.
        projected_gravity: Unit vector of gravity, (3,).
        gyro: Angular velocity, (3,) rad/s.
    """

    joint_qpos: NDArray[np.float64]
    joint_qvel: NDArray[np.float64]
    projected_gravity: NDArray[np.float64]
    gyro: NDArray[np.float64]
