"""A Gymnasium environment: one robot in one procedural scene, joint targets in, camera out."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.sensors.camera import Camera
from drive2walk.robot.geometry.transforms import yaw_matrix
from drive2walk.robot.spec import load_robot
from drive2walk.robot.timing import CONTROL_DT_S

ACTION_SCALE_RAD = 0.5
GOAL_RADIUS_M = 0.5

# Size (None: one value a joint) and largest magnitude of each vector; values are clipped to it.
LIMITS: dict[str, tuple[int | None, float]] = {
    "joint_qpos": (None, 7.0),
    "joint_qvel": (None, 100.0),
    "projected_gravity": (3, 1.0),
    "gyro": (3, 50.0),
    "goal": (2, 100.0),
}

Observation = dict[str, NDArray[Any]]


class SceneEnv(gymnasium.Env[Any, NDArray[np.float32]]):
    """Reach the goal of a scene without falling.

    Action: (num_joints,) in [-1, 1], an offset from the home pose of 0.5 rad at full scale,
    held for 20 ms. Each ``reset(seed=...)`` builds the scene of that seed.

    | observation | shape | meaning |
    |---|---|---|
    | rgb | (height, width, 3) uint8 | the head camera |
    | joint_qpos, joint_qvel | (num_joints,) | encoders, rad and rad/s |
    | projected_gravity | (3,) | unit vector, base frame |
    | gyro | (3,) | rad/s, base frame |
    | goal | (2,) | the goal in metres, base frame: x forward, y left |

    Reward: metres of progress towards the goal, minus 1 for each new collision and 10 for a fall.
    ``terminated`` at the goal or after a fall, ``truncated`` by the time limit of the id.
    """

    metadata = {  # noqa: RUF012 - Gymnasium declares it as an instance's
        "render_modes": ["rgb_array"],
        "render_fps": round(1 / CONTROL_DT_S),
    }

    def __init__(
        self, scene: str, robot: str = "unitree_g1", render_mode: str | None = None
    ) -> None:
        self.render_mode = render_mode
        self._build = SCENES[scene]
        self._spec = load_robot(robot)
        self._camera: Camera | None = None
        head, joints = self._spec.head_camera, len(self._spec.joint_names)
        self.action_space = spaces.Box(-1, 1, (joints,), np.float32)
        boxes: dict[str, spaces.Space[Any]] = {
            name: spaces.Box(-limit, limit, (joints if size is None else size,), np.float32)
            for name, (size, limit) in LIMITS.items()
        }
        boxes["rgb"] = spaces.Box(0, 255, (head.height, head.width, 3), np.uint8)
        self.observation_space = spaces.Dict(boxes)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Build the scene of the seed (or of the next random one) and stand at its start."""
        super().reset(seed=seed)
        self.close()
        scene_seed = int(self.np_random.integers(2**31)) if seed is None else seed
        self._world = RobotWorld(self._build(scene_seed), self._spec)
        head = self._spec.head_camera
        self._camera = Camera(self._world.model, self._world.head_camera, head.width, head.height)
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

    def render(self) -> Any:
        """Return the head camera's image where the render mode asks for it."""
        if self.render_mode != "rgb_array" or self._camera is None:
            return None
        return self._camera.rgb(self._world.data)

    def close(self) -> None:
        """Free the camera's OpenGL context."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _observe(self) -> Observation:
        assert self._camera is not None
        body = self._world.proprioception()
        values = {
            "joint_qpos": body.joint_qpos,
            "joint_qvel": body.joint_qvel,
            "projected_gravity": body.projected_gravity,
            "gyro": body.gyro,
            "goal": self._goal_in_base(),
        }
        observation: Observation = {
            name: np.clip(values[name], -limit, limit).astype(np.float32)
            for name, (_, limit) in LIMITS.items()
        }
        observation["rgb"] = self._camera.rgb(self._world.data)
        return observation

    def _goal_in_base(self) -> NDArray[np.float64]:
        x, y, yaw = self._world.base_pose
        return yaw_matrix(-yaw) @ (np.array(self._world.scene.goal) - [x, y])

    def _goal_distance(self) -> float:
        return float(np.hypot(*self._goal_in_base()))
