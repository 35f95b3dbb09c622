"""What robots carry, felt by joints and IMU: how they moved under the last targets."""

from __future__ import annotations

import numpy as np

from drive2walk.locomotion.estimation.com_observer import Load
from drive2walk.locomotion.estimation.odometry import BodyPose, Odometry
from drive2walk.locomotion.estimation.step_memory import LEVEL_M
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.gait import Gait
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.timing import CONTROL_DT_S


class LoadObserver:
    """Feels the loads of robots of one type.

    Args:
        gait: how they walk.
        kp, kd: gains of the leg joints, (num_leg_joints,) N m/rad and N m s/rad.
    """

    def __init__(self, gait: Gait, kp: Array, kd: Array) -> None:
        self._gait, self._kp, self._kd = gait, kp, kd

    def felt(
        self,
        state: ControllerState,
        targets: Array,
        proprioception: Proprioception,
        body: BodyPose,
        odometry: Odometry,
    ) -> Load:
        """Return the load after another control step.

        Args:
            state: after the last one.
            targets: the leg joints' in it, (N, num_leg_joints) rad.
            proprioception: what the robots feel now.
            body: the pose that it means.
            odometry: the motion that it means.
        """
        joints = targets.shape[1]
        torque = self._kp * (targets - proprioception.joint_qpos[:, :joints])
        torque -= self._kd * proprioception.joint_qvel[:, :joints]
        command, shift = state.command, state.load.total
        push = self._gait.push_point(state.gait, body, odometry, command, shift, torque)
        com = self._gait.balance.centre_of_mass(body, command, np.zeros_like(shift))[:, :2]
        velocity, omega = odometry.velocity[:, :2], self._gait.balance.omega(command)
        uneven = (state.relief > LEVEL_M) & ~is_still(command)
        return state.load.updated(com, velocity, push, omega, uneven, CONTROL_DT_S)
