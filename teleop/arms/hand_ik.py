"""Inverse kinematics: from the motion of an operator's hands to joint targets."""

from __future__ import annotations

import dataclasses

import mink
import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_from_axis_angle,
    quat_from_matrix,
    quat_multiply,
    quat_to_matrix,
    upright_matrix,
)
from drive2walk.robot.kinematics.upper_body_mass import UpperBodyMass
from drive2walk.robot.model import upper_body
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.arms.motion_limits import (
    MotionLimits,
    arm_joint_names,
    build_constraints,
    find_moved_body,
)
from drive2walk.teleop.operator.operator_input import HandInput

SOLVER = "daqp"
GRAVITY_M_S2 = 9.81


@dataclasses.dataclass(frozen=True)
class HandPose:
    """Pose of a hand in the levelled base frame.

    The frame has its origin at the pelvis and the pelvis' heading, but its z axis points straight
    up, so that a rocking pelvis doesn't rock the hands.

    Attributes:
        position: Position, (3,) m.
        quat: Orientation, (4,) wxyz.
    """

    position: Array
    quat: Array


class HandIK:
    """Moves both hands of one robot as the operator's hands move while their clutches are held.

    Motion is relative to the poses at which the clutch was engaged, so nothing jumps. Where the
    operator's poses are absolute, the difference at that moment is then taken back slowly. The
    solver is mink's (https://github.com/kevinzakka/mink).

    Args:
        spec: The robot.
        limits: Limits of the motion.
    """

    def __init__(self, spec: RobotSpec, limits: MotionLimits | None = None) -> None:
        self._limits = limits or MotionLimits()
        model = upper_body(spec).compile()
        self._configuration = mink.Configuration(model)
        # All joints are hinges, so a joint has the same index in qpos and in qvel.
        self._indices = np.array([model.joint(n).qposadr[0] for n in spec.upper_joint_names])
        num_legs = len(spec.leg_joint_names)
        self._home = spec.home_qpos[num_legs:]
        self._kp = spec.per_joint("kp")[num_legs:]
        self._hands = spec.hands.bodies
        self._shoulders = [find_moved_body(model, names[0]) for names in arm_joint_names(spec)]
        self._tasks = [
            mink.FrameTask(body, "body", 1.0, self._limits.turn_cost_m) for body in self._hands
        ]
        cost = np.full(model.nv, self._limits.arm_cost)
        cost[self._indices[: len(spec.waist.joints)]] = self._limits.waist_cost
        self._posture = mink.PostureTask(model, cost)
        self._constraints = build_constraints(model, spec, self._limits)
        self._upright = np.eye(3)
        self.reset()
        self._mass = UpperBodyMass(spec)

    def reset(self, upper_targets: Array | None = None) -> None:
        """Put both hand targets where the hands are in a posture, with open clutches.

        Args:
            upper_targets: Angles of waist and arms, (num_upper_joints,) rad; home by default.
        """
        q = np.zeros(self._configuration.nq)
        q[self._indices] = self._home
        self._posture.set_target(q)
        if upper_targets is not None:
            q[self._indices] = upper_targets
        self._configuration.update(q)
        self._offsets: list[_Offset | None] = [None, None]
        self._goals = [self.hand(k) for k in range(2)]

    def hand(self, index: int) -> HandPose:
        """Return the commanded pose of the left (0) or right (1) hand."""
        pose = self._configuration.get_transform_frame_to_world(self._hands[index], "body")
        matrix = self._upright @ pose.rotation().as_matrix()
        return HandPose(self._upright @ pose.translation(), quat_from_matrix(matrix))

    @property
    def mass_shift(self) -> Array:
        """Shift of the centre of mass by arms and waist away from home, levelled frame, (2,) m."""
        posture = self._configuration.q[self._indices]
        return self._mass.shift(posture[None], -self._upright[None, 2])[0]

    @property
    def goals(self) -> tuple[HandPose, HandPose]:
        """Poses that the left and the right hand shall take, within the workspace."""
        left, right = self._goals
        return left, right

    def step(
        self,
        hands: tuple[HandInput, HandInput],
        projected_gravity: Array,
        disturbance: Array | None = None,
    ) -> Array:
        """Return joint targets (num_upper_joints,) in radians for the next control step.

        Where no motion satisfies all constraints, the arms hold.

        Args:
            hands: Left and right hand of the operator.
            projected_gravity: Unit vector of gravity in the base frame, (3,).
            disturbance: Displacement from their goals of the places to which the hands move,
                (2, 3) m; none by default.
        """
        self._upright = upright_matrix(projected_gravity)
        displacements = np.zeros((2, 3)) if disturbance is None else disturbance
        for index, hand in enumerate(hands):
            self._follow(index, hand)
            goal = self._goals[index]
            matrix = self._upright.T @ quat_to_matrix(goal.quat)
            pose = mink.SE3.from_rotation_and_translation(
                mink.SO3.from_matrix(matrix),
                self._upright.T @ (goal.position + displacements[index]),
            )
            self._tasks[index].set_target(pose)
        self._configuration.integrate_inplace(self._solve(), CONTROL_DT_S)
        sag = self._compute_gravity_torque(projected_gravity)[self._indices] / self._kp
        return self._configuration.q[self._indices] + sag

    def _solve(self) -> Array:
        """Return joint velocities (nv,) in rad/s; zeros where there is no solution."""
        try:
            velocity: Array = mink.solve_ik(
                self._configuration,
                [*self._tasks, self._posture],
                CONTROL_DT_S,
                SOLVER,
                damping=1e-6,
                limits=self._constraints,
            )
        except mink.NoSolutionFound:
            return np.zeros(self._configuration.nv)
        return velocity

    def _follow(self, index: int, hand: HandInput) -> None:
        """Move a hand's goal as the operator's hand moved since its clutch was engaged."""
        offset = self._offsets[index]
        if not hand.clutch:
            self._offsets[index] = None
            return
        if offset is None:
            offset = _Offset.from_poses(hand, self.hand(index))
        elif hand.absolute:
            offset = offset.shrink(self._limits)
        self._offsets[index] = offset
        position = self._clip_to_workspace(index, hand.position + offset.position)
        self._goals[index] = HandPose(position, quat_multiply(hand.orientation, offset.turn))

    def _clip_to_workspace(self, index: int, position: Array) -> Array:
        """Return the nearest allowed position of a hand, (3,) m."""
        shoulder = (
            self._upright
            @ self._configuration.get_transform_frame_to_world(
                self._shoulders[index], "body"
            ).translation()
        )
        away = position - shoulder
        distance = float(np.linalg.norm(away))
        if distance > self._limits.reach_m:
            position = shoulder + away * (self._limits.reach_m / distance)
        low, high = self._limits.lowest_m, self._limits.highest_m
        return np.array([position[0], position[1], np.clip(position[2], low, high)])

    def _compute_gravity_torque(self, projected_gravity: Array) -> Array:
        """Return the motor torques that hold the arms' own weight, (nv,) N m."""
        model, data = self._configuration.model, self._configuration.data
        model.opt.gravity = projected_gravity * GRAVITY_M_S2
        torque = np.zeros(model.nv)
        mujoco.mj_rne(model, data, 0, torque)
        return torque


@dataclasses.dataclass(frozen=True)
class _Offset:
    """Way from the operator's hand to the robot's.

    Attributes:
        position: Difference of the positions, (3,) m.
        turn: Turn about the axes of the operator's hand, (4,) wxyz.
    """

    position: Array
    turn: Array

    @classmethod
    def from_poses(cls, given: HandInput, hand: HandPose) -> _Offset:
        """Return the way from the operator's hand to the robot's as they are now."""
        turn = quat_multiply(quat_conjugate(given.orientation), hand.quat)
        return cls(hand.position - given.position, turn)

    def shrink(self, limits: MotionLimits) -> _Offset:
        """Return the way that is left after one control step at the speed of approach."""
        distance = float(np.linalg.norm(self.position))
        axis, angle = _find_axis_and_angle(self.turn)
        longest_m = limits.approach_m_s * CONTROL_DT_S
        left_rad = max(0.0, angle - limits.approach_rad_s * CONTROL_DT_S)
        position = self.position * max(0.0, 1.0 - longest_m / max(distance, 1e-9))
        return _Offset(position, quat_from_axis_angle(axis, np.array(left_rad)))


def _find_axis_and_angle(quat: Array) -> tuple[Array, float]:
    """Return the axis (3,) and the angle from 0 to pi, in radians, of the shorter turn."""
    sign = 1.0 if quat[0] >= 0 else -1.0
    length = float(np.linalg.norm(quat[1:]))
    axis = sign * quat[1:] / length if length > 0 else np.array([0.0, 0.0, 1.0])
    return axis, 2 * float(np.arctan2(length, abs(quat[0])))
