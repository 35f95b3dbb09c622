"""From the motion of an operator's hands to joint targets: inverse kinematics under limits."""

from __future__ import annotations

import dataclasses

import mink
import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_from_matrix,
    quat_multiply,
    quat_to_matrix,
    upright_matrix,
)
from drive2walk.robot.kinematics.upper_body_mass import UpperBodyMass
from drive2walk.robot.model import upper_body
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.operator.operator_input import HandInput

SOLVER = "daqp"


@dataclasses.dataclass(frozen=True)
class MotionLimits:
    """What the arms may do, and what the inverse kinematics prefers.

    Attributes:
        arm_rad_s, waist_rad_s: highest speed of each joint.
        reach_m: furthest that a hand may be from its shoulder.
        lowest_m, highest_m: of a hand, from the pelvis up.
        clearance_m: between hands, forearms, torso and legs.
        waist_cost, arm_cost: how much joints rather stay at home than move; a hand's error of
            1 m costs 1.
        turn_cost_m: error of a hand's position that weighs as much as 1 rad of its turn.
    """

    arm_rad_s: float = 4.0
    waist_rad_s: float = 0.5
    reach_m: float = 0.52
    lowest_m: float = -0.75
    highest_m: float = 0.75
    clearance_m: float = 0.01
    waist_cost: float = 0.03
    arm_cost: float = 0.002
    turn_cost_m: float = 0.3


@dataclasses.dataclass(frozen=True)
class HandPose:
    """A hand in the levelled base frame: ``position`` (3,) m, ``quat`` (4,) wxyz.

    The frame is at the pelvis and faces where it faces, but its z axis points straight up, so
    that a pelvis that rocks doesn't rock the hands.
    """

    position: Array
    quat: Array


class Retarget:
    """Moves both hands of one robot as the operator's hands move while their clutches are held.

    Motion is relative to where hand and clutch were when the clutch engaged, so nothing jumps.

    Args:
        spec: the robot.
        limits: of the motion.
    """

    def __init__(self, spec: RobotSpec, limits: MotionLimits | None = None) -> None:
        self._limits = limits or MotionLimits()
        model = upper_body(spec).compile()
        self._configuration = mink.Configuration(model)
        names = spec.upper_joint_names
        # Hinges alone: a joint has the same place in qpos and in qvel.
        self._at = np.array([model.joint(name).qposadr[0] for name in names])
        count = len(spec.leg_joint_names)
        self._home = spec.home_qpos[count:]
        self._kp = spec.per_joint("kp")[count:]
        self._hands = spec.hands.bodies
        self._shoulders = [_moved_by(model, names[0]) for names in _arms(spec)]
        self._tasks = [
            mink.FrameTask(body, "body", 1.0, self._limits.turn_cost_m) for body in self._hands
        ]
        waist = len(spec.waist.joints)
        cost = np.full(model.nv, self._limits.arm_cost)
        cost[self._at[:waist]] = self._limits.waist_cost
        self._posture = mink.PostureTask(model, cost)
        self._rules = self._motion_rules(model, spec)
        self._upright = np.eye(3)
        self.reset()
        self._mass = UpperBodyMass(spec)

    def reset(self) -> None:
        """Take both hands to where they are in the home pose, clutches open."""
        q = np.zeros(self._configuration.nq)
        q[self._at] = self._home
        self._configuration.update(q)
        self._posture.set_target(q)
        self._anchors: list[_Anchor | None] = [None, None]
        self._targets = [self.hand(k) for k in range(2)]

    def hand(self, index: int) -> HandPose:
        """Return where the left (0) or right (1) hand is told to be."""
        pose = self._configuration.get_transform_frame_to_world(self._hands[index], "body")
        matrix = self._upright @ pose.rotation().as_matrix()
        return HandPose(self._upright @ pose.translation(), quat_from_matrix(matrix))

    @property
    def mass_shift(self) -> Array:
        """Shift of the centre of mass by arms and waist off home, levelled base frame, (2,) m."""
        posture = self._configuration.q[self._at]
        return self._mass.shift(posture[None], -self._upright[None, 2])[0]

    def step(self, hands: tuple[HandInput, HandInput], projected_gravity: Array) -> Array:
        """Return targets (num_upper_joints,) rad for the next control step.

        Where no motion obeys all limits, the arms hold.

        Args:
            hands: the operator's left and right hand.
            projected_gravity: unit vector of gravity in the base frame, (3,).
        """
        self._upright = upright_matrix(projected_gravity)
        for index, hand in enumerate(hands):
            self._follow(index, hand)
            target = self._targets[index]
            matrix = self._upright.T @ quat_to_matrix(target.quat)
            pose = mink.SE3.from_rotation_and_translation(
                mink.SO3.from_matrix(matrix), self._upright.T @ target.position
            )
            self._tasks[index].set_target(pose)
        try:
            velocity = mink.solve_ik(
                self._configuration,
                [*self._tasks, self._posture],
                CONTROL_DT_S,
                SOLVER,
                damping=1e-6,
                limits=self._rules,
            )
        except mink.NoSolutionFound:
            velocity = np.zeros(self._configuration.nv)
        self._configuration.integrate_inplace(velocity, CONTROL_DT_S)
        sag = self._weight_torque(projected_gravity)[self._at] / self._kp
        return self._configuration.q[self._at] + sag

    def _follow(self, index: int, hand: HandInput) -> None:
        """Move the hand's target as the operator's hand moved since its clutch engaged."""
        anchor = self._anchors[index]
        if not hand.clutch:
            self._anchors[index] = None
            return
        if anchor is None:
            anchor = self._anchors[index] = _Anchor(hand, self.hand(index))
        turn = quat_multiply(hand.orientation, quat_conjugate(anchor.input.orientation))
        position = anchor.hand.position + hand.position - anchor.input.position
        quat = quat_multiply(turn, anchor.hand.quat)
        self._targets[index] = HandPose(self._within_workspace(index, position), quat)

    def _within_workspace(self, index: int, position: Array) -> Array:
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

    def _weight_torque(self, projected_gravity: Array) -> Array:
        """Return what the motors must hold against the arms' own weight, (nv,) N m."""
        model, data = self._configuration.model, self._configuration.data
        model.opt.gravity = projected_gravity * 9.81
        torque = np.zeros(model.nv)
        mujoco.mj_rne(model, data, 0, torque)
        return torque

    def _motion_rules(self, model: mujoco.MjModel, spec: RobotSpec) -> list[mink.Limit]:
        speeds = dict.fromkeys(spec.upper_joint_names, self._limits.arm_rad_s)
        speeds |= dict.fromkeys(spec.waist_joint_names, self._limits.waist_rad_s)
        elbows = [next(n for n in names if "elbow" in n.lower()) for names in _arms(spec)]
        left, right = (
            _shapes(model, {hand, _moved_by(model, elbow)})
            for hand, elbow in zip(self._hands, elbows, strict=True)
        )
        # The pelvis and the legs are one with the world here.
        fixed = {model.body(b).name for b in range(model.nbody) if model.body_weldid[b] == 0}
        trunk = _shapes(model, {spec.torso, *fixed})
        return [
            mink.ConfigurationLimit(model),
            mink.VelocityLimit(model, speeds),
            mink.CollisionAvoidanceLimit(
                model,
                [(left, right), (left, trunk), (right, trunk)],
                minimum_distance_from_collisions=self._limits.clearance_m,
                collision_detection_distance=0.06,
            ),
        ]


@dataclasses.dataclass(frozen=True)
class _Anchor:
    """Where the operator's and the robot's hand were when the clutch engaged."""

    input: HandInput
    hand: HandPose


def _arms(spec: RobotSpec) -> tuple[list[str], list[str]]:
    """Return the joints of the left and of the right arm, from the shoulder on."""
    names, count = spec.naming.two_sided(spec.arms), len(spec.arms.joints)
    return names[:count], names[count:]


def _moved_by(model: mujoco.MjModel, joint: str) -> str:
    return str(model.body(model.joint(joint).bodyid[0]).name)


def _shapes(model: mujoco.MjModel, bodies: set[str]) -> list[int]:
    return [g for g in range(model.ngeom) if model.body(model.geom_bodyid[g]).name in bodies]
