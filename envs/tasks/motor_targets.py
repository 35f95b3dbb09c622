"""What the motors of a robot are asked for at present, as postures of arms and hands."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.robot_world import PREFIX
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.joints.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec


def read_upper_targets(spec: RobotSpec, model: mujoco.MjModel, data: mujoco.MjData) -> Array:
    """Return the joint angles at which waist and arms are held, (num_upper,) rad.

    They are the targets of the motors without the part that carries the arms' own weight. A hand
    that pushes against a thing is held deeper inside it than it really is. At the reset, before
    the arms carry their weight, they are the targets themselves.

    Args:
        spec: The robot.
        model: The compiled world.
        data: The state of the world.
    """
    names = [PREFIX + name for name in spec.upper_joint_names]
    targets = np.array([data.ctrl[model.actuator(name).id] for name in names])
    if data.time == 0.0:
        return targets
    stiffness = spec.per_joint("kp")[len(spec.leg_joint_names) :]
    weight = np.array([data.qfrc_bias[model.joint(name).dofadr[0]] for name in names])
    held: Array = targets - weight / stiffness
    return held


def read_grasps(spec: RobotSpec, model: mujoco.MjModel, data: mujoco.MjData) -> Array:
    """Return how far the left and the right hand are asked to close, from 0 to 1, (2,).

    Args:
        spec: The robot; rigid hands are open.
        model: The compiled world.
        data: The state of the world.
    """
    fingers = spec.fingers
    if fingers is None:
        return np.zeros(len(SIDES))
    opened, closed = (fingers.targets(np.full(len(SIDES), grasp)) for grasp in (0.0, 1.0))
    targets = np.array([data.ctrl[model.actuator(PREFIX + n).id] for n in fingers.joint_names])
    way = closed - opened
    along = ((targets - opened) * way).reshape(len(SIDES), -1).sum(axis=1)
    grasps: Array = np.clip(along / (way**2).reshape(len(SIDES), -1).sum(axis=1), 0.0, 1.0)
    return grasps
