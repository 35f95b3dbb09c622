"""The limits of the arms' motion, as settings and as constraints of the inverse kinematics."""

from __future__ import annotations

import dataclasses

import mink
import mujoco

from drive2walk.robot.spec import RobotSpec


@dataclasses.dataclass(frozen=True)
class MotionLimits:
    """The limits of the arms' motion and the costs of the inverse kinematics.

    Attributes:
        arm_rad_s: Highest speed of an arm joint, in rad/s.
        waist_rad_s: Highest speed of a waist joint, in rad/s.
        reach_m: Largest distance of a hand from its shoulder, in metres.
        lowest_m: Lowest height of a hand above the pelvis, in metres.
        highest_m: Highest height of a hand above the pelvis, in metres.
        approach_m_s: Speed at which a hand goes from where it is to an absolute pose, in m/s.
        approach_rad_s: Speed at which it turns on that way, in rad/s.
        clearance_m: Smallest distance between hands, forearms, torso and legs, in metres.
        waist_cost: Cost of moving a waist joint away from home; a position error of 1 m costs 1.
        arm_cost: Cost of moving an arm joint away from home, on the same scale.
        turn_cost_m: Position error of a hand that costs as much as an error of 1 rad of its
            orientation, in metres.
    """

    arm_rad_s: float = 4.0
    waist_rad_s: float = 0.5
    reach_m: float = 0.52
    lowest_m: float = -0.75
    highest_m: float = 0.75
    approach_m_s: float = 0.2
    approach_rad_s: float = 1.0
    clearance_m: float = 0.01
    waist_cost: float = 0.03
    arm_cost: float = 0.002
    turn_cost_m: float = 0.3


# Two bodies are checked for collision once they are nearer than this.
DETECTION_M = 0.06


def build_constraints(
    model: mujoco.MjModel, spec: RobotSpec, limits: MotionLimits
) -> list[mink.Limit]:
    """Return the constraints of the inverse kinematics: joint ranges, speeds and collisions.

    Args:
        model: Upper body of the robot.
        spec: The robot.
        limits: Speeds and clearance.
    """
    speeds = dict.fromkeys(spec.upper_joint_names, limits.arm_rad_s)
    speeds |= dict.fromkeys(spec.waist_joint_names, limits.waist_rad_s)
    elbows = [next(n for n in names if "elbow" in n.lower()) for names in arm_joint_names(spec)]
    left, right = (
        _find_geoms(model, {hand, find_moved_body(model, elbow)})
        for hand, elbow in zip(spec.hands.bodies, elbows, strict=True)
    )
    # The pelvis and the legs are part of the world in the model of the upper body.
    fixed = {model.body(b).name for b in range(model.nbody) if model.body_weldid[b] == 0}
    trunk = _find_geoms(model, {spec.torso, *fixed})
    return [
        mink.ConfigurationLimit(model),
        mink.VelocityLimit(model, speeds),
        mink.CollisionAvoidanceLimit(
            model,
            [(left, right), (left, trunk), (right, trunk)],
            minimum_distance_from_collisions=limits.clearance_m,
            collision_detection_distance=DETECTION_M,
        ),
    ]


def arm_joint_names(spec: RobotSpec) -> tuple[list[str], list[str]]:
    """Return the joints of the left and of the right arm, from the shoulder on."""
    names, count = spec.naming.two_sided(spec.arms), len(spec.arms.joints)
    return names[:count], names[count:]


def find_moved_body(model: mujoco.MjModel, joint: str) -> str:
    """Return the name of the body that a joint moves."""
    return str(model.body(model.joint(joint).bodyid[0]).name)


def _find_geoms(model: mujoco.MjModel, bodies: set[str]) -> list[int]:
    return [g for g in range(model.ngeom) if model.body(model.geom_bodyid[g]).name in bodies]
