"""A task: a scene with things that can be moved, and a test of success from physics alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.robot_world import PREFIX, RobotWorld
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec, load_robot

# Everything that a step of the physics depends on, so that a replay is the same bit for bit.
STATE = mujoco.mjtState.mjSTATE_INTEGRATION


@dataclasses.dataclass(frozen=True)
class Pose:
    """Where a body is: ``position`` (3,) m and ``quat`` (4,) wxyz."""

    position: NDArray[np.float64]
    quat: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Layout:
    """What the builder of a task makes for one seed.

    Attributes:
        scene: the world without a robot; what can be moved are bodies with a free joint.
        text: the task in words, as a policy is told it.
        fingers: whether the robot needs hands that grasp.
        succeeded: says from the physics alone whether the task is done.
        parameters: numbers of this layout that a scripted operator may know.
    """

    scene: Scene
    text: str
    fingers: bool
    succeeded: Callable[[mujoco.MjModel, mujoco.MjData], bool]
    parameters: dict[str, Any]


class TaskWorld:
    """One robot in one layout of a task, 50 control steps a second.

    Args:
        name: of the task.
        seed: which layout; the same seed gives the same model and start bit for bit.
        robot: name of the robot's spec.
        layout: what the task's builder made for this seed.
    """

    def __init__(self, name: str, seed: int, robot: str, layout: Layout) -> None:
        self.scene: dict[str, Any] = {"task": name, "seed": seed, "robot": robot}
        self.task_text = layout.text
        self.layout = layout
        spec = load_robot(robot)
        spec = spec.with_fingers() if layout.fingers else spec
        self._world = RobotWorld(layout.scene, spec, palms=True)

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
        """The world's state."""
        return self._world.data

    @property
    def head_camera(self) -> str:
        """The name of the camera in the robot's head."""
        return self._world.head_camera

    @property
    def time_s(self) -> float:
        """Simulated time since the start."""
        return self._world.time_s

    @property
    def fallen(self) -> bool:
        """Whether the robot lies or is about to."""
        return self._world.fallen

    @property
    def base(self) -> Pose:
        """Where the pelvis truly is, in the world."""
        return Pose(self._world.base_position, self._world.base_quat)

    def reset(self) -> None:
        """Put everything back to where this layout starts."""
        self._world.reset()

    def step(self, joint_targets: NDArray[np.float64], hand_targets: NDArray[np.float64]) -> None:
        """Hold targets in radians for one control step of 0.02 s.

        Args:
            joint_targets: of legs, waist and arms, (num_joints,).
            hand_targets: of the fingers, left hand first, (num_fingers,); (0,) for rigid hands.
        """
        self._world.step(joint_targets, hand_targets)

    def proprioception(self) -> Proprioception:
        """Read the joint encoders and the IMU."""
        return self._world.proprioception()

    @property
    def finger_qpos(self) -> NDArray[np.float64]:
        """The fingers' joint angles, (num_fingers,) rad."""
        return self._world.finger_qpos

    def success(self) -> bool:
        """Whether the task is done, as the physics has it now."""
        return self.layout.succeeded(self.model, self.data)

    def body(self, name: str) -> Pose:
        """Where a body of the scene truly is, in the world."""
        body = self.data.body(name)
        return Pose(body.xpos.copy(), body.xquat.copy())

    def hand(self, index: int) -> Pose:
        """Where the robot's left (0) or right (1) hand truly is, in the world."""
        return self.body(PREFIX + self.spec.hands.bodies[index])

    def state(self) -> NDArray[np.float64]:
        """Return all that the next step of the physics depends on, (n,)."""
        state = np.empty(mujoco.mj_stateSize(self.model, STATE))
        mujoco.mj_getState(self.model, self.data, state, STATE)
        return state

    def set_state(self, state: NDArray[np.float64]) -> None:
        """Go to a state (n,) of ``state``; what follows is the same bit for bit."""
        mujoco.mj_setState(self.model, self.data, state, STATE)
        # Poses and contacts follow from the state, but the solver's start must stay the state's.
        mujoco.mj_forward(self.model, self.data)
        mujoco.mj_setState(self.model, self.data, state, STATE)


def robot_touches(model: mujoco.MjModel, data: mujoco.MjData, body: str) -> bool:
    """Return whether any part of the robot touches the body."""
    target = model.body(body).id
    for pair in model.geom_bodyid[data.contact.geom[: data.ncon]]:
        others = pair[pair != target]
        if len(others) == 1 and model.body(others[0]).name.startswith(PREFIX):
            return True
    return False


def touching(model: mujoco.MjModel, data: mujoco.MjData, body: str, geom: str) -> bool:
    """Return whether a body rests on or leans against a geom."""
    target, other = model.body(body).id, model.geom(geom).id
    for pair in data.contact.geom[: data.ncon]:
        if other in pair and target in model.geom_bodyid[pair]:
            return True
    return False


def at_rest(model: mujoco.MjModel, data: mujoco.MjData, body: str, speed_m_s: float) -> bool:
    """Return whether a free body moves slower than ``speed_m_s``."""
    start = model.joint(model.body(body).jntadr[0]).dofadr[0]
    return bool(np.linalg.norm(data.qvel[start : start + 3]) < speed_m_s)
