"""The content of a recorded frame: observation, input, goals and targets of one control step."""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.arms.hand_ik import HandPose
from drive2walk.teleop.dataset.files.episode import RecordingSetup, VideoCamera
from drive2walk.teleop.operator.operator_input import HandInput, OperatorInput

AXES = ("x", "y", "z")
POSE_NAMES = [*AXES, "qw", "qx", "qy", "qz"]
HAND_NAMES = ["clutch", *POSE_NAMES, "grasp"]


@dataclasses.dataclass(frozen=True)
class Intent:
    """What the operator wants in a control step, without disturbances.

    Attributes:
        given: Operator's input, within limits.
        goals: Poses that the left and the right hand shall take, levelled base frame.
    """

    given: OperatorInput
    goals: tuple[HandPose, HandPose]


def make_setup(world: TaskWorld, image_frames: int = 1) -> RecordingSetup:
    """Return what all episodes of a task share: robot, rate, camera and names of values.

    Args:
        world: Any world of the task.
        image_frames: Number of frames for which an image of the video stays.
    """
    spec = world.spec
    camera = VideoCamera("head", world.head_camera, image_frames=image_frames)
    names = {
        "observation.state": _list_state_names(spec),
        "action": _list_motor_names(spec),
        "operator.base": ["vx", "vy", "wz", "height"],
        "operator.left": HAND_NAMES,
        "operator.right": HAND_NAMES,
        "goal.left": POSE_NAMES,
        "goal.right": POSE_NAMES,
        "intervention": ["intervention"],
        "success": ["success"],
    }
    return RecordingSetup(str(world.scene["robot"]), round(1 / CONTROL_DT_S), (camera,), names)


def make_frame(
    world: TaskWorld, body: Proprioception, targets: tuple[Array, Array], intent: Intent
) -> dict[str, Array]:
    """Return the frame of a control step before it is simulated, without ``sim.ctrl``.

    Args:
        world: World before the step.
        body: Proprioception before the step.
        targets: Targets of the joints (num_joints,) and the fingers (num_fingers,), in radians.
        intent: Wish of the operator, which a disturbance may keep from being executed.
    """
    given, (left, right) = intent.given, intent.goals
    observation = [body.joint_qpos, world.finger_qpos, body.joint_qvel]
    return {
        "observation.state": np.concatenate([*observation, body.projected_gravity, body.gyro]),
        "action": np.concatenate(targets),
        "operator.base": given.base.copy(),
        "operator.left": _flatten(given.left),
        "operator.right": _flatten(given.right),
        "goal.left": np.concatenate([left.position, left.quat]),
        "goal.right": np.concatenate([right.position, right.quat]),
        "intervention": np.array([given.intervention]),
        "success": np.array([world.success()]),
        "sim.qpos": world.data.qpos.copy(),
        "sim.qvel": world.data.qvel.copy(),
    }


def _list_motor_names(spec: RobotSpec) -> list[str]:
    return spec.joint_names + (spec.fingers.joint_names if spec.fingers else [])


def _list_state_names(spec: RobotSpec) -> list[str]:
    return [
        *(f"{name}.pos" for name in _list_motor_names(spec)),
        *(f"{name}.vel" for name in spec.joint_names),
        *(f"gravity.{axis}" for axis in AXES),
        *(f"gyro.{axis}" for axis in AXES),
    ]


def _flatten(hand: HandInput) -> Array:
    return np.array([hand.clutch, *hand.position, *hand.orientation, hand.grasp])
