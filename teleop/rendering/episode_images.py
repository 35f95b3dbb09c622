"""Images of recorded episodes, made from the simulator's states: colour, depth, what is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import VideoCamera

# What a depth image in whole millimetres can hold.
MAX_DEPTH_MM = 65535


class World(Protocol):
    """What rendering and replay need of a task's world."""

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""

    @property
    def data(self) -> mujoco.MjData:
        """The world's state."""

    def set_state(self, state: NDArray[np.float64]) -> None:
        """Go to an integration state."""


Build = Callable[[dict[str, Any]], World]


class Renderer:
    """Renders episodes of worlds that ``build`` makes from their scenes."""

    def __init__(self, build: Build) -> None:
        self._build = build

    def rgb(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield what ``camera`` saw at each qpos (length, nq), (height, width, 3) uint8.

        Raises:
            DataError: the states aren't those of the scene's world.
            RenderError: this machine can't render, or the world has no such camera.
        """
        for eye, data in self._posed(scene, qpos, camera):
            yield eye.rgb(data)

    def depth_and_geoms(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[tuple[NDArray[np.uint16], NDArray[np.uint16]]]:
        """Yield depth in mm (0: nothing) and 1 + the geom seen (0: none), (height, width) each.

        Raises:
            DataError: the states aren't those of the scene's world.
            RenderError: this machine can't render, or the world has no such camera.
        """
        for eye, data in self._posed(scene, qpos, camera):
            metres, geoms = eye.depth_and_geoms(data)
            depth = np.clip(np.round(metres * 1000), 0, MAX_DEPTH_MM).astype(np.uint16)
            yield depth, (geoms + 1).astype(np.uint16)

    def _posed(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[tuple[Camera, mujoco.MjData]]:
        world = self._build(scene)
        check_size(world.model, qpos)
        with Camera(world.model, camera.view, camera.width, camera.height) as eye:
            for row in qpos:
                world.data.qpos[:] = row
                mujoco.mj_kinematics(world.model, world.data)
                mujoco.mj_comPos(world.model, world.data)
                mujoco.mj_camlight(world.model, world.data)
                yield eye, world.data


def check_size(model: mujoco.MjModel, qpos: NDArray[np.float64]) -> None:
    """Check that recorded states (length, nq) fit the world that was rebuilt.

    Raises:
        DataError: they don't.
    """
    if qpos.shape[1] != model.nq:
        raise DataError(
            f"the episode has {qpos.shape[1]} positions, the rebuilt world {model.nq}. "
            "Use the version of drive2walk that recorded it."
        )
