"""Estimates from joints and IMU all that gait and policy need, once a tick."""

from __future__ import annotations

from drive2walk.locomotion.estimation.body_pose import BodyPose
from drive2walk.locomotion.estimation.centre_of_pressure import CentreOfPressure
from drive2walk.locomotion.estimation.com_observer import ComShift
from drive2walk.locomotion.estimation.step_memory import LEVEL_M
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.command import is_still
from drive2walk.locomotion.gait.gait import Gait
from drive2walk.locomotion.walking.state import ControllerState
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S


class Estimator:
    """The estimator of one robot type.

    Args:
        spec: The robot.
        gait: The gait that it walks by.
        feels_loads: Whether joints and IMU tell what the robot carries. A policy that never
            stands was trained without.
    """

    def __init__(self, spec: RobotSpec, gait: Gait, feels_loads: bool = True) -> None:
        self._gait = gait
        self._kp, self._kd = (spec.per_joint(name)[: spec.num_leg_joints] for name in ("kp", "kd"))
        stand_gain = gait.parameters.stand_capture_gain
        weight_n = gait.balance.weight_n
        self._pressure = CentreOfPressure(gait.kinematics, weight_n, stand_gain)
        self._feels_loads = feels_loads

    def measure(self, proprioception: Proprioception) -> BodyPose:
        """Return the pose that joints and IMU measure, (N, ...) arrays, leg joints first."""
        gait = self._gait
        return BodyPose.from_proprioception(gait.kinematics, gait.sole_centre, proprioception)

    def estimate(
        self,
        state: ControllerState,
        proprioception: Proprioception,
        body: BodyPose,
        command: Array,
        arms_shift: Array | None,
    ) -> tuple[Tick, ComShift]:
        """Return the tick, and the shift of the centre of mass in it.

        Args:
            state: The controller's state of the last tick.
            proprioception: Joints and IMU, (N, ...) arrays, leg joints first.
            body: The pose that they measure.
            command: vx, vy, wz and height that the gait follows, (N, 4).
            arms_shift: Shift of the centre of mass by the pose of the arms, upright frame,
                (N, 2) m; None where it must be felt.
        """
        resting = state.gait.resting_foot(self._gait.parameters.landing_phase)
        odometry = state.odometry.updated(body.soles, body.yaw_rate, resting, CONTROL_DT_S)
        tick = Tick.from_model(self._gait.balance, body, odometry, command)
        shift = state.com_shift.with_known(arms_shift)
        if self._feels_loads:
            shift = self._felt_shift(state, shift, proprioception, tick)
        return tick.with_com_shift(shift.total), shift

    def _felt_shift(
        self, state: ControllerState, shift: ComShift, proprioception: Proprioception, tick: Tick
    ) -> ComShift:
        """Return the shift that the motion since the last tick shows."""
        joints = state.targets.shape[1]
        torque = self._kp * (state.targets - proprioception.joint_qpos[:, :joints])
        torque -= self._kd * proprioception.joint_qvel[:, :joints]
        gait, loaded = state.gait, tick.with_com_shift(shift.total)
        push = self._pressure.estimate(loaded, gait.stance, gait.standing, torque)
        uneven = (state.step_height > LEVEL_M) & ~is_still(state.command)
        return shift.updated(tick, push, uneven, CONTROL_DT_S)
