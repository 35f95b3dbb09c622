"""Where the arms hold the hands, which differs from where the hands are while they press."""

from __future__ import annotations

import mujoco

from drive2walk.envs.robot_world import PREFIX
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array


def find_held_hands(world: TaskWorld) -> list[Pose]:
    """Return the poses at which the arms hold the left and the right hand, in the world."""
    return _find_hands(world, world.upper_targets)


def find_home_hands(world: TaskWorld) -> list[Pose]:
    """Return the poses of the left and the right hand with the arms at home, in the world."""
    return _find_hands(world, world.spec.home_qpos[len(world.spec.leg_joint_names) :])


def _find_hands(world: TaskWorld, posture: Array) -> list[Pose]:
    """Return the poses of both hands with waist and arms at ``posture``, (num_upper,) rad."""
    data = mujoco.MjData(world.model)
    data.qpos[:] = world.data.qpos
    for name, angle in zip(world.spec.upper_joint_names, posture, strict=True):
        data.joint(PREFIX + name).qpos = angle
    mujoco.mj_kinematics(world.model, data)
    hands = [data.body(PREFIX + body) for body in world.spec.hands.bodies]
    return [Pose(hand.xpos.copy(), hand.xquat.copy()) for hand in hands]
