"""Arranges a world: places the robot and things, and moves the arms while the legs stay fixed."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.robot_world import PREFIX
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.arms.hand_ik import HandIK
from drive2walk.teleop.operator.operator_input import HandInput
from drive2walk.teleop.scripts.motion.axes import RIGHT_HAND, quat_from_yaw
from drive2walk.teleop.scripts.motion.grip import is_between_fingers
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script

DOWN = np.array([0.0, 0.0, -1.0])
QUICK = Manner(hand_m_s=0.6, hand_rad_s=3.0)
# Geoms that a robot may stand on.
GROUND = ("ground", "floor")
CLOSE_S = 0.6
# A thing that moves slower than this has settled, and one that is this near has stayed, in m/s and
# metres.
STILL_M_S, STAYED_M = 0.02, 0.05


def put_base(world: TaskWorld, x: float, y: float, yaw: float) -> None:
    """Put the robot's pelvis at a place, x and y in metres and yaw in radians, at rest."""
    joint = world.data.joint(_find_base_joint(world))
    joint.qpos[:2] = x, y
    joint.qpos[3:] = quat_from_yaw(yaw)
    joint.qvel[:] = 0.0
    mujoco.mj_forward(world.model, world.data)


def put_thing(world: TaskWorld, name: str, position: Array, quat: Array) -> None:
    """Put a thing at a position (3,) m with an orientation (4,) wxyz, at rest."""
    joint = world.data.joint(name)
    joint.qpos[:] = [*position, *quat]
    joint.qvel[:] = 0.0
    mujoco.mj_forward(world.model, world.data)


def lay_down(world: TaskWorld, thing: str, place: Array, quat: Array) -> bool:
    """Put a thing at a place (3,) m and let it come to rest; return whether it stayed there."""
    put_thing(world, thing, place, quat)
    settle(world)
    return stays_still(world, thing, place)


def act_in_place(world: TaskWorld, pilot: Pilot, script: Script, held: str | None = None) -> None:
    """Do a script of the hands while base and legs stay exactly where they are.

    Args:
        world: The task.
        pilot: Moves the hands.
        script: Script that moves them.
        held: Name of a thing that stays exactly where it is as well.
    """
    arms = HandIK(world.spec)
    arms.reset(world.upper_targets)
    home, fingers = world.spec.home_qpos[: len(world.spec.leg_joint_names)], world.spec.fingers
    legs = [world.data.joint(PREFIX + name) for name in world.spec.leg_joint_names]
    fixed = [world.data.joint(_find_base_joint(world)), *legs]
    kept = [*fixed, *([world.data.joint(held)] if held else [])]
    angles = [joint.qpos.copy() for joint in kept]
    arms.step(_hold_clutches(pilot), DOWN)
    for _ in script:
        pilot.advance()
        targets = np.concatenate([home, arms.step(_hold_clutches(pilot), DOWN)])
        # Without its weight carried, the robot would be in free fall between two control steps.
        for joint in fixed:
            joint.qfrc_applied = joint.qfrc_bias
        world.step(targets, fingers.targets(pilot.grasp) if fingers else np.zeros(0))
        for joint, angle in zip(kept, angles, strict=True):
            joint.qpos[:] = angle
            joint.qvel[:] = 0.0
    for joint in fixed:
        joint.qfrc_applied = 0.0
    mujoco.mj_forward(world.model, world.data)


def settle(world: TaskWorld, seconds: float = 0.6) -> None:
    """Let things come to rest while the robot stays where it is."""
    pilot = Pilot(world)
    act_in_place(world, pilot, pilot.wait(seconds))


def is_robot_clear(world: TaskWorld) -> bool:
    """Return whether the robot touches nothing but the ground."""
    model, data = world.model, world.data
    for pair in data.contact.geom[: data.ncon]:
        names = [model.body(body).name.startswith(PREFIX) for body in model.geom_bodyid[pair]]
        if any(names) and not any(model.geom(geom).name in GROUND for geom in pair):
            return False
    return True


def stays_still(world: TaskWorld, thing: str, place: Array) -> bool:
    """Return whether a thing is at rest near a place in the world, (3,) m."""
    body = world.body(thing).position
    speed = float(np.linalg.norm(world.data.joint(thing).qvel[:3]))
    return bool(np.linalg.norm(body - place) < STAYED_M and speed < STILL_M_S)


def reach_out(world: TaskWorld, hands: list[Pose], grasps: Array) -> bool:
    """Bring both hands to poses in the levelled base frame; return whether they got there freely.

    Args:
        world: The task; the robot stands free.
        hands: Poses of the left and the right hand, levelled base frame.
        grasps: Closing of each hand, from 0 to 1, (2,).
    """
    pilot = Pilot(world)
    pilot.manner = QUICK
    pilot.grasp[:] = grasps
    for index, pose in enumerate(hands):
        pilot.aim(index, pose, in_world=False)
    act_in_place(world, pilot, pilot.arrive(settle_s=0.5))
    ways = [pilot.find_hand(k).position - pose.position for k, pose in enumerate(hands)]
    return bool(max(np.linalg.norm(way) for way in ways) < STAYED_M and is_robot_clear(world))


def close_around(world: TaskWorld, thing: str) -> bool:
    """Close the right hand around a thing between its fingers; return whether it stays there."""
    pilot = Pilot(world)
    act_in_place(world, pilot, pilot.close_hand(RIGHT_HAND, 1.0, CLOSE_S), held=thing)
    act_in_place(world, pilot, pilot.wait(CLOSE_S))
    return is_between_fingers(world, thing)


def _hold_clutches(pilot: Pilot) -> tuple[HandInput, HandInput]:
    left, right = (HandInput(True, hand.position, hand.quat) for hand in pilot.hands)
    return left, right


def _find_base_joint(world: TaskWorld) -> str:
    """Return the name of the robot's free joint."""
    model = world.model
    return str(model.joint(model.body(PREFIX + world.spec.pelvis).jntadr[0]).name)
