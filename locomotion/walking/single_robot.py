"""The legs of one robot: a walking controller and its memory between two ticks."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception


class WalkingLegs:
    """Steps a controller for one robot that starts at rest.

    Args:
        controller: The controller, which is pure and batched.
        proprioception: Joints and IMU at the start.
    """

    def __init__(self, controller: WalkingController, proprioception: Proprioception) -> None:
        self._controller = controller
        body = controller.measure(_batch_of_one(proprioception))
        self._state = controller.start(body, stance=np.zeros(1, dtype=np.intp))

    def step(
        self, proprioception: Proprioception, command: Array, arms_shift: Array | None = None
    ) -> Array:
        """Return leg targets (num_leg_joints,) in radians for a command.

        Args:
            proprioception: Joints and IMU.
            command: vx, vy in m/s, wz in rad/s and optionally the pelvis' height in m, (3,) or
                (4,); a height of NaN is the gait's own.
            arms_shift: Shift of the centre of mass by the pose of the arms, upright frame, (2,) m;
                None where it must be felt.
        """
        self._state, targets = self._controller.step(
            self._state,
            _batch_of_one(proprioception),
            command[None],
            arms_shift=None if arms_shift is None else arms_shift[None],
        )
        return targets[0]

    def take_gyro_bias(self, rate_rad_s: float) -> None:
        """Take a bias of the gyro about the vertical as known, in rad/s."""
        bias = self._state.gyro_bias.replaced(np.array([rate_rad_s]))
        self._state = dataclasses.replace(self._state, gyro_bias=bias)

    @property
    def pose(self) -> tuple[float, float, float]:
        """x, y in metres and yaw in radians since the start, from the stance foot and the gyro."""
        odometry = self._state.odometry
        x, y = odometry.position[0]
        return float(x), float(y), float(odometry.yaw[0])

    @property
    def forward_speed_m_s(self) -> float:
        """Forward speed over the last 0.4 s, from the stance foot."""
        return float(self._state.odometry.mean_velocity[0, 0])

    @property
    def height_m(self) -> float:
        """Height of the pelvis above the stance foot's sole."""
        return float(self._state.odometry.height[0])


def _batch_of_one(body: Proprioception) -> Proprioception:
    return Proprioception(
        body.joint_qpos[None], body.joint_qvel[None], body.projected_gravity[None], body.gyro[None]
    )
