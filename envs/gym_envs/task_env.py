"""A Gymnasium environment: one robot in one layout of a task for the arms."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.head_camera_env import HeadCameraEnv
from drive2walk.envs.gym_envs.robot_observation import (
    QPOS_LIMIT_RAD,
    Observation,
    clip_to_float32,
    robot_space,
    symmetric_box,
)
from drive2walk.envs.robot_world import PREFIX
from drive2walk.envs.tasks.registry import build_task
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.joints.joint_group import SIDES


class TaskEnv(HeadCameraEnv):
    """Do a task with all joints of the robot, without falling.

    Each ``reset(seed=...)`` builds the layout of that seed; without a seed, a random one. Joints,
    gravity and gyro are measured by real sensors, whose errors the seed fixes.

    | action, held for 20 ms | shape | unit | range |
    |---|---|---|---|
    | target of each joint: 0 is home, ±1 are the ends of its range | (num_joints,) | | -1 to 1 |
    | grasp of left and right hand: 0 is open, 1 is closed; not in Tote | (2,) | | 0 to 1 |

    | observation | shape | unit | range |
    |---|---|---|---|
    | rgb, image of the head camera | (height, width, 3) uint8 | | 0 to 255 |
    | joint_qpos | (num_joints,) | rad | ±7 |
    | joint_qvel | (num_joints,) | rad/s | ±100 |
    | projected_gravity, unit vector in the base frame | (3,) | | ±1 |
    | gyro, in the base frame | (3,) | rad/s | ±50 |
    | finger_qpos, left hand first; not in Tote | (num_fingers,) | rad | ±7 |

    Reward: 1 in the step that completes the task, else 0. ``terminated`` after success or a fall,
    ``truncated`` by the time limit of the id. ``info`` holds the task in words (``task``), its
    ``seed`` and whether it succeeded (``success``) or the robot ``fell``.

    Args:
        task: Name of the task.
        robot: Name of the robot's spec.
        render_mode: "rgb_array", with which ``render`` returns the head camera's image, or None.
    """

    def __init__(
        self, task: str, robot: str = "unitree_g1", render_mode: str | None = None
    ) -> None:
        super().__init__(render_mode)
        self._task, self._robot = task, robot
        # All layouts of a task have the same robot.
        self._world = build_task({"task": task, "seed": 0, "robot": robot})
        spec = self._world.spec
        joints = len(spec.joint_names)
        self._home = spec.home_qpos
        names = [PREFIX + name for name in spec.joint_names]
        self._range = np.array([self._world.model.joint(name).range for name in names])
        low = np.full(joints, -1.0, np.float32)
        boxes = robot_space(spec)
        if spec.fingers is not None:
            low = np.append(low, np.zeros(len(SIDES), np.float32))
            boxes["finger_qpos"] = symmetric_box(QPOS_LIMIT_RAD, len(spec.fingers.joint_names))
        self.action_space = spaces.Box(low, np.ones_like(low), dtype=np.float32)
        self.observation_space = spaces.Dict(boxes)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Build the layout of the seed (or a random one) and put the robot at its start."""
        super().reset(seed=seed)
        layout_seed = int(self.np_random.integers(2**31)) if seed is None else seed
        scene = {"task": self._task, "seed": layout_seed, "robot": self._robot}
        self._world = build_task(scene)
        self._open_camera(self._world)
        return self._observe(), self._describe()

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Hold the joint targets of the action for one control step."""
        self._world.step(*self._targets(np.asarray(action, dtype=float)))
        info = self._describe()
        ended = info["success"] or info["fell"]
        return self._observe(), float(info["success"]), ended, False, info

    def _targets(self, action: Array) -> tuple[Array, Array]:
        """Return the joint targets (num_joints,) and finger targets (num_fingers,) of an action."""
        joints, grasp = np.split(action, [len(self._home)])
        low, high = self._range.T
        reach = np.where(joints > 0, high - self._home, self._home - low)
        fingers = self._world.spec.fingers
        return self._home + joints * reach, fingers.targets(grasp) if fingers else grasp

    def _observe(self) -> Observation:
        observation = self._observe_robot()
        if self._world.spec.fingers is not None:
            fingers = clip_to_float32(self._world.finger_qpos, QPOS_LIMIT_RAD)
            observation["finger_qpos"] = fingers
        return observation

    def _describe(self) -> dict[str, Any]:
        return {
            "task": self._world.task_text,
            "seed": self._world.scene["seed"],
            "success": self._world.success(),
            "fell": self._world.fallen,
        }
