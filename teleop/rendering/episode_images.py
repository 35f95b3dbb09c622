"""Images of recorded episodes, rendered from simulator states: colour, depth, geoms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import VideoCamera

# The largest depth that a 16-bit image in millimetres can hold.
MAX_DEPTH_MM = 65535


class ReplayableWorld(Protocol):
    """A task's world, as rendering and replay need it."""

    @property
    def model(self) -> mujoco.MjModel:
        """The compiled world."""

    @property
    def data(self) -> mujoco.MjData:
        """The state of the world."""

    def set_state(self, state: NDArray[np.float64]) -> None:
        """Set MuJoCo's integration state."""


BuildWorld = Callable[[dict[str, Any]], ReplayableWorld]


class EpisodeRenderer:
    """Renders the states of episodes.

    Args:
        build: Builds the world of a scene.
    """

    def __init__(self, build: BuildWorld) -> None:
        self._build = build

    def rgb(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[NDArray[np.uint8]]:
        """Yield the camera's image (height, width, 3) uint8 at each qpos (length, nq).

        Raises:
            DataError: The states don't fit the scene's world.
            RenderError: This machine can't render, or the world has no such camera.
        """
        for renderer, data in self._pose(scene, qpos, camera):
            yield renderer.rgb(data)

    def depth_and_geoms(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[tuple[NDArray[np.uint16], NDArray[np.uint16]]]:
        """Yield depth in millimetres (0: nothing) and geom id + 1 (0: none), (height, width) each.

        Raises:
            DataError: The states don't fit the scene's world.
            RenderError: This machine can't render, or the world has no such camera.
        """
        for renderer, data in self._pose(scene, qpos, camera):
            metres, geoms = renderer.depth_and_geoms(data)
            depth = np.clip(np.round(metres * 1000), 0, MAX_DEPTH_MM).astype(np.uint16)
            yield depth, (geoms + 1).astype(np.uint16)

    def _pose(
        self, scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
    ) -> Iterator[tuple[Camera, mujoco.MjData]]:
        """Yield the camera with the world in each of the states."""
        world = self._build(scene)
        check_size(world.model, qpos)
        with Camera(world.model, camera.view, camera.width, camera.height) as renderer:
            for state in qpos:
                world.data.qpos[:] = state
                mujoco.mj_kinematics(world.model, world.data)
                mujoco.mj_comPos(world.model, world.data)
                mujoco.mj_camlight(world.model, world.data)
                yield renderer, world.data


def check_size(model: mujoco.MjModel, qpos: NDArray[np.float64]) -> None:
    """Check that recorded states (length, nq) fit the rebuilt world.

    Raises:
        DataError: They have another number of positions.
    """
    if qpos.shape[1] != model.nq:
        raise DataError(
            f"the episode has {qpos.shape[1]} positions, the rebuilt world {model.nq}. "
            "Use the version of drive2walk that recorded it."
        )
