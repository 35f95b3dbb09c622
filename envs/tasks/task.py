"""A task: a robot in a scene with movable things, and a test of success from the physics."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.robot_world import PREFIX, RobotWorld
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.sensors.sensor_errors import SENSORS, SensorsName
from drive2walk.envs.tasks.motor_targets import read_grasps, read_upper_targets
from drive2walk.envs.tasks.stages import Delivery, StageWatch
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot

# Everything that a step of the physics depends on, so that a replay is bit for bit the same.
STATE = mujoco.mjtState.mjSTATE_INTEGRATION
# Control steps between two looks at the stages that the things are in.
STAGE_STEPS = 5


@dataclasses.dataclass(frozen=True)
class Pose:
    """A position and an orientation, in the frame that its holder names.

    Attributes:
        position: Position, (3,) m.
        quat: Orientation, (4,) wxyz.
    """

    position: NDArray[np.float64]
    quat: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class TaskLayout:
    """A task for one seed, without a robot.

    Attributes:
        scene: The world; movable things are bodies with a free joint.
        text: The task in words, for policies and people. They say what the head camera can't see
            when the robot decides where to go.
        fingers: Whether the robot needs hands that grasp.
        succeeded: Test of success, from the physics alone.
        parameters: Dimensions and positions that a scripted operator may know.
        deliveries: Movable things and the places where they belong.
    """

    scene: Scene
    text: str
    fingers: bool
    succeeded: Callable[[mujoco.MjModel, mujoco.MjData], bool]
    parameters: dict[str, Any]
    deliveries: tuple[Delivery, ...]


class TaskWorld:
    """One robot in one layout of a task, 50 control steps per second.

    Args:
        name: Name of the task.
        seed: Seed of the layout; it fixes model and start bit for bit.
        robot: Name of the robot's spec.
        layout: The layout of this seed.
        sensors: Sensors of the robot; the seed fixes their errors.

    Attributes:
        scene: Task, seed, robot and sensors: the arguments of ``build_task`` for this world.
        task_text: The task in words.
        layout: The layout.
    """

    def __init__(
        self, name: str, seed: int, robot: str, layout: TaskLayout, sensors: SensorsName = "real"
    ) -> None:
        self.scene: dict[str, Any] = {
            "task": name,
            "seed": seed,
            "robot": robot,
            "sensors": sensors,
        }
        self.task_text = layout.text
        self.layout = layout
        spec = load_robot(robot)
        spec = spec.with_fingers() if layout.fingers else spec
        self._world = RobotWorld(layout.scene, spec, True, SENSORS[sensors], seed)
        self._watch = StageWatch(self._world.model, spec, layout.deliveries)
        self._steps = 0

    @property
    def spec(self) -> RobotSpec:
        """The robot, with fingers where the task needs them."""
        return self._world.spec

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""
        return self._world.model

    @property
    def data(self) -> mujoco.MjData:
        """The state of the world."""
        return self._world.data

    @property
    def head_camera(self) -> str:
        """The name of the camera in the robot's head."""
        return self._world.head_camera

    @property
    def time_s(self) -> float:
        """Simulated time since the reset."""
        return self._world.time_s

    @property
    def fallen(self) -> bool:
        """Whether the robot has fallen."""
        return self._world.fallen

    @property
    def base(self) -> Pose:
        """The true pose of the pelvis."""
        return Pose(self._world.base_position, self._world.base_quat)

    def reset(self) -> None:
        """Return to the start of this layout."""
        self._world.reset()
        self._watch.reset()

    def step(self, joint_targets: NDArray[np.float64], hand_targets: NDArray[np.float64]) -> None:
        """Hold joint targets for one control step of 0.02 s.

        Args:
            joint_targets: Targets of legs, waist and arms, (num_joints,) rad.
            hand_targets: Targets of the fingers, left hand first, (num_fingers,) rad; (0,) for
                rigid hands.
        """
        self._world.step(joint_targets, hand_targets)
        self._steps += 1
        if self._steps % STAGE_STEPS == 0:
            self._watch.update(self.data)

    def proprioception(self) -> Proprioception:
        """Read the joint encoders and the IMU."""
        return self._world.proprioception()

    @property
    def finger_qpos(self) -> NDArray[np.float64]:
        """The fingers' joint angles, (num_fingers,) rad."""
        return self._world.finger_qpos

    def success(self) -> bool:
        """Return whether the task is done in the current state."""
        return self.layout.succeeded(self.model, self.data)

    def stages(self) -> dict[str, bool]:
        """Return which stages at least one thing has been in since the start, by their names.

        The names are those of ``STAGES``, in their order: reached, grasped, lifted, carried to its
        place, and placed there. The whole task is done once ``success`` returns True.
        """
        self._watch.update(self.data)
        return self._watch.stages()

    def progress(self) -> dict[str, str]:
        """Return the furthest stage of each movable thing since the start, "" before the first."""
        self._watch.update(self.data)
        return self._watch.progress()

    @property
    def upper_targets(self) -> NDArray[np.float64]:
        """The joint angles at which waist and arms are held, (num_upper,) rad."""
        return read_upper_targets(self.spec, self.model, self.data)

    @property
    def grasps(self) -> NDArray[np.float64]:
        """How far the left and the right hand are asked to close, from 0 to 1, (2,)."""
        return read_grasps(self.spec, self.model, self.data)

    def body(self, name: str) -> Pose:
        """Return the true pose of a body of the scene."""
        body = self.data.body(name)
        return Pose(body.xpos.copy(), body.xquat.copy())

    def hand(self, index: int) -> Pose:
        """Return the true pose of the robot's left (0) or right (1) hand."""
        return self.body(PREFIX + self.spec.hands.bodies[index])

    def state(self) -> NDArray[np.float64]:
        """Return everything that the next step of the physics depends on, (n,)."""
        state = np.empty(mujoco.mj_stateSize(self.model, STATE))
        mujoco.mj_getState(self.model, self.data, state, STATE)
        return state

    def set_state(self, state: NDArray[np.float64]) -> None:
        """Set a state (n,) from ``state()``; the motion continues bit for bit as from there.

        The sensors restart: the robot is taken as at rest. The stages are forgotten.
        """
        self._watch.reset()
        mujoco.mj_setState(self.model, self.data, state, STATE)
        # mj_forward computes poses and contacts but changes the solver's start: set it again.
        mujoco.mj_forward(self.model, self.data)
        self._world.restart_sensors()
        mujoco.mj_setState(self.model, self.data, state, STATE)
