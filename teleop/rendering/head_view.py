"""The view of the head camera of a robot in a task, from the states of its simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.tasks.registry import build_task

WIDTH, HEIGHT = 640, 480


class TaskHeadView:
    """Rebuilds a task's world and renders its head camera.

    Args:
        scene: Description from which the world is rebuilt, as a recorded episode holds it.
        width: Width of the images, in pixels.
        height: Height of the images, in pixels.

    Raises:
        ConfigError: There is no such task.
        RenderError: This machine can't render.
    """

    def __init__(self, scene: dict[str, Any], width: int = WIDTH, height: int = HEIGHT) -> None:
        self._world = build_task(scene)
        self._camera = Camera(self._world.model, self._world.head_camera, width, height)

    def render(self, state: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the image (height, width, 3) at a state (n,) of the task's world."""
        self._world.set_state(state)
        return self._camera.rgb(self._world.data)

    def close(self) -> None:
        """Free the renderer."""
        self._camera.close()
