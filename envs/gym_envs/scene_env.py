"""A Gymnasium environment: one robot in one procedural scene, joint targets in, camera out."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.head_camera_env import HeadCameraEnv
from drive2walk.envs.gym_envs.robot_observation import (
    Observation,
    clip_to_float32,
    robot_space,
    symmetric_box,
)
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import yaw_matrix
from drive2walk.robot.spec import load_robot

ACTION_SCALE_RAD = 0.5
GOAL_RADIUS_M = 0.5
GOAL_LIMIT_M = 100.0


class SceneEnv(HeadCameraEnv):
    """Reach the goal of a scene without falling.

    Each ``reset(seed=...)`` builds the scene of that seed; without a seed, a random one.

    | action | shape | unit | range |
    |---|---|---|---|
    | offset of each joint target from home, held for 20 ms | (num_joints,) | 0.5 rad | -1 to 1 |

    | observation | shape | unit | range |
    |---|---|---|---|
    | rgb, image of the head camera | (height, width, 3) uint8 | | 0 to 255 |
    | joint_qpos | (num_joints,) | rad | ±7 |
    | joint_qvel | (num_joints,) | rad/s | ±100 |
    | projected_gravity, unit vector in the base frame | (3,) | | ±1 |
    | gyro, in the base frame | (3,) | rad/s | ±50 |
    | goal, in the base frame: x forward, y left | (2,) | m | ±100 |

    Reward: metres of progress towards the goal, minus 1 for each new collision and 10 for a fall.
    ``terminated`` at the goal or after a fall, ``truncated`` by the time limit of the id.

    Args:
        scene: Name of the scene.
        robot: Name of the robot's spec.
        render_mode: "rgb_array", with which ``render`` returns the head camera's image, or None.
    """

    def __init__(
        self, scene: str, robot: str = "unitree_g1", render_mode: str | None = None
    ) -> None:
        super().__init__(render_mode)
        self._build_scene = SCENES[scene]
        self._spec = load_robot(robot)
        self.action_space = symmetric_box(1.0, len(self._spec.joint_names))
        goal = {"goal": symmetric_box(GOAL_LIMIT_M, 2)}
        self.observation_space = spaces.Dict({**robot_space(self._spec), **goal})

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Build the scene of the seed (or a random one) and put the robot at its start."""
        super().reset(seed=seed)
        scene_seed = int(self.np_random.integers(2**31)) if seed is None else seed
        self._world = RobotWorld(self._build_scene(scene_seed), self._spec)
        self._open_camera(self._world)
        self._distance = self._goal_distance()
        return self._observe(), {"scene_seed": scene_seed}

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Hold the joint targets of the action for one control step."""
        before = self._world.collisions
        self._world.step(self._spec.home_qpos + ACTION_SCALE_RAD * np.asarray(action, dtype=float))
        distance = self._goal_distance()
        fell = self._world.fallen
        collided = self._world.collisions - before
        reward = self._distance - distance - collided - 10.0 * fell
        self._distance = distance
        reached = distance < GOAL_RADIUS_M
        info = {"collisions": self._world.collisions, "fell": fell, "reached_goal": reached}
        return self._observe(), float(reward), bool(fell or reached), False, info

    def _observe(self) -> Observation:
        observation = self._observe_robot()
        observation["goal"] = clip_to_float32(self._goal_in_base(), GOAL_LIMIT_M)
        return observation

    def _goal_in_base(self) -> Array:
        x, y, yaw = self._world.base_pose
        return yaw_matrix(-yaw) @ (np.array(self._world.scene.goal) - [x, y])

    def _goal_distance(self) -> float:
        return float(np.hypot(*self._goal_in_base()))
