"""The observation of a robot's joints, IMU and head camera, as Gymnasium spaces and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec

Observation = dict[str, NDArray[Any]]

# Largest magnitudes; values are clipped to them.
QPOS_LIMIT_RAD = 7.0
QVEL_LIMIT_RAD_S = 100.0
GYRO_LIMIT_RAD_S = 50.0


def robot_space(spec: RobotSpec) -> dict[str, spaces.Space[Any]]:
    """Return the spaces of rgb, joint_qpos, joint_qvel, projected_gravity and gyro."""
    camera, joints = spec.head_camera, len(spec.joint_names)
    return {
        "rgb": spaces.Box(0, 255, (camera.height, camera.width, 3), np.uint8),
        "joint_qpos": symmetric_box(QPOS_LIMIT_RAD, joints),
        "joint_qvel": symmetric_box(QVEL_LIMIT_RAD_S, joints),
        "projected_gravity": symmetric_box(1.0, 3),
        "gyro": symmetric_box(GYRO_LIMIT_RAD_S, 3),
    }


def observe_robot(body: Proprioception) -> Observation:
    """Return the values of ``robot_space`` without the image."""
    return {
        "joint_qpos": clip_to_float32(body.joint_qpos, QPOS_LIMIT_RAD),
        "joint_qvel": clip_to_float32(body.joint_qvel, QVEL_LIMIT_RAD_S),
        "projected_gravity": clip_to_float32(body.projected_gravity, 1.0),
        "gyro": clip_to_float32(body.gyro, GYRO_LIMIT_RAD_S),
    }


def symmetric_box(limit: float, size: int) -> spaces.Box[np.float32]:
    """Return the space of ``size`` numbers from -limit to limit."""
    return spaces.Box(-limit, limit, (size,), np.float32)


def clip_to_float32(values: Array, limit: float) -> NDArray[np.float32]:
    """Return the values clipped to -limit..limit."""
    return np.clip(values, -limit, limit).astype(np.float32)
