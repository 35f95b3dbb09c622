"""What a recorded frame holds: what the robot felt, was asked for and did in one control step."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.dataset.files.episode import Setup, VideoCamera
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

AXES = ("x", "y", "z")
HAND_NAMES = ["clutch", *AXES, "qw", "qx", "qy", "qz", "grasp"]


def recording_setup(world: TaskWorld) -> Setup:
    """Return what all episodes of this task have in common: robot, rate, camera, names."""
    spec = world.spec
    camera = VideoCamera("head", world.head_camera)
    names = {
        "observation.state": _state_names(spec),
        "action": _motors(spec),
        "operator.base": ["vx", "vy", "wz", "height"],
        "operator.left": HAND_NAMES,
        "operator.right": HAND_NAMES,
    }
    return Setup(str(world.scene["robot"]), round(1 / CONTROL_DT_S), (camera,), names)


def make_frame(
    world: TaskWorld, body: Proprioception, targets: tuple[Array, Array], asked: OperatorInput
) -> dict[str, Array]:
    """Return the frame of a control step that is about to be done; it lacks ``sim.ctrl``.

    Args:
        world: before the step.
        body: what the robot felt.
        targets: of the joints (num_joints,) and of the fingers (num_fingers,), rad.
        asked: what of the operator's input is in force.
    """
    felt = [body.joint_qpos, world.finger_qpos, body.joint_qvel]
    return {
        "observation.state": np.concatenate([*felt, body.projected_gravity, body.gyro]),
        "action": np.concatenate(targets),
        "operator.base": asked.base.copy(),
        "operator.left": _flat(asked.left),
        "operator.right": _flat(asked.right),
        "sim.qpos": world.data.qpos.copy(),
        "sim.qvel": world.data.qvel.copy(),
    }


def _motors(spec: RobotSpec) -> list[str]:
    return spec.joint_names + (spec.fingers.joint_names if spec.fingers else [])


def _state_names(spec: RobotSpec) -> list[str]:
    return [
        *(f"{name}.pos" for name in _motors(spec)),
        *(f"{name}.vel" for name in spec.joint_names),
        *(f"gravity.{axis}" for axis in AXES),
        *(f"gyro.{axis}" for axis in AXES),
    ]


def _flat(hand: HandInput) -> Array:
    return np.array([hand.clutch, *hand.position, *hand.orientation, hand.grasp])
