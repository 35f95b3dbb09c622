"""The part of an environment that holds a world and the camera in its robot's head."""

from __future__ import annotations

from typing import Any, Protocol

import gymnasium
import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.gym_envs.robot_observation import Observation, observe_robot
from drive2walk.envs.sensors.camera import Camera
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S


class HeadCameraWorld(Protocol):
    """A world with a robot, as ``RobotWorld`` and ``TaskWorld``."""

    @property
    def spec(self) -> RobotSpec:
        """The robot."""

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""

    @property
    def data(self) -> mujoco.MjData:
        """State of the world."""

    @property
    def head_camera(self) -> str:
        """Name of the camera in the robot's head."""

    def proprioception(self) -> Proprioception:
        """Return the readings of the joint encoders and the IMU."""


class HeadCameraEnv(gymnasium.Env[Any, NDArray[np.float32]]):
    """An environment that renders the image of the robot's head camera.

    Args:
        render_mode: "rgb_array" or None.
    """

    metadata = {  # noqa: RUF012 - Gymnasium declares it as an instance's
        "render_modes": ["rgb_array"],
        "render_fps": round(1 / CONTROL_DT_S),
    }

    def __init__(self, render_mode: str | None) -> None:
        self.render_mode = render_mode
        self._camera: Camera | None = None
        self._viewed: HeadCameraWorld | None = None

    def render(self) -> Any:
        """Return the head camera's image, (height, width, 3), in the mode "rgb_array"."""
        if self.render_mode != "rgb_array" or self._camera is None:
            return None
        return self._take_picture()

    def close(self) -> None:
        """Free the camera's OpenGL context."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _open_camera(self, world: HeadCameraWorld) -> None:
        """View ``world`` from now on."""
        self.close()
        head = world.spec.head_camera
        self._camera = Camera(world.model, world.head_camera, head.width, head.height)
        self._viewed = world

    def _observe_robot(self) -> Observation:
        """Return the robot's part of the observation: image, joints and IMU."""
        assert self._viewed is not None
        return {**observe_robot(self._viewed.proprioception()), "rgb": self._take_picture()}

    def _take_picture(self) -> Image:
        assert self._camera is not None
        assert self._viewed is not None
        return self._camera.rgb(self._viewed.data)
