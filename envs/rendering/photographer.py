"""Labelled pictures at random places of one scene."""

from __future__ import annotations

import abc
import dataclasses
import math

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.rendering.viewpoints import VIEWPOINTS, Viewpoint
from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.sensors.geom_classes import geom_classes
from drive2walk.envs.sensors.lidar import Lidar, Scan
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.surfaces import SURFACES, surface_ids

CAMERA = "dataset"
# Number of viewpoints that are tried for one picture.
TRIES = 20
# A view is blocked if more than this fraction of its pixels is nearer than this distance.
NEAR_M = 0.3
NEAR_FRACTION = 0.02
# Least fraction of ground in a picture, and the probability of a picture that needs no subject.
GROUND_FRACTION = 0.05
UNUSUAL_PROBABILITY = 0.05
SHADOW_PROBABILITY = 0.25
GROUND = surface_ids(("floor", "road", "sidewalk"))

Labels = tuple[NDArray[np.float32], Image]


@dataclasses.dataclass(frozen=True)
class Studio:
    """A compiled scene with a camera in it.

    Attributes:
        scene: The scene.
        model: The compiled scene.
        data: Its state.
        camera: Name of the camera.
        classes: Surface class of each geom, (ngeom,).
    """

    scene: Scene
    model: mujoco.MjModel
    data: mujoco.MjData
    camera: str
    classes: Image


class Photographer(abc.ABC):
    """A camera and a lidar at random places of one scene.

    Args:
        studio: The scene with the camera.
        rng: Source of everything random in the pictures.
        seed: Seed of the scans.
        size: Width and height of the images in pixels.

    Attributes:
        scene: The scene.

    Raises:
        RenderError: This machine has no OpenGL.
    """

    def __init__(
        self, studio: Studio, rng: np.random.Generator, seed: int, size: tuple[int, int]
    ) -> None:
        self.scene = studio.scene
        self._studio, self._rng, self._seed = studio, rng, seed
        self._model, self._data = studio.model, studio.data
        self._lamps = self._model.light_diffuse.copy()
        self._ambient = self._model.vis.headlight.ambient.copy()
        shadows = bool(rng.random() < SHADOW_PROBABILITY)
        self._camera = Camera(self._model, studio.camera, *size, shadows=shadows)
        self._lidar = Lidar(self._model)

    def __enter__(self) -> Photographer:
        return self

    def __exit__(self, *_: object) -> None:
        self._camera.close()

    def take_picture(self) -> tuple[Viewpoint, Image, Labels]:
        """Return a viewpoint, its colour image, and its labels.

        The labels are depth in metres, (height, width) float32, and surface class, (height, width)
        uint8.
        """
        self._vary_light()
        usual = bool(self._rng.random() >= UNUSUAL_PROBABILITY)
        for _ in range(TRIES):
            view = self._draw_view()
            depth, mask = self._camera.depth_and_surfaces(self._data, self._studio.classes)
            if self._is_good(depth, mask, usual=usual):
                break
        return view, self._camera.rgb(self._data), (depth, mask)

    def scan(self, view: Viewpoint, frame: int) -> Scan:
        """Return a lidar scan at the viewpoint of the last picture.

        Scans have random numbers of their own, so that pictures are the same with and without them.

        Args:
            view: Viewpoint of the last picture.
            frame: Number of the picture in this scene.
        """
        pinhole = view.pinhole(self._camera.width, self._camera.height)
        rng = np.random.default_rng([self._seed, 2, frame])
        return self._lidar.scan(self._data, pinhole, view.T_world_camera(), rng)

    @abc.abstractmethod
    def _draw_view(self) -> Viewpoint:
        """Move the camera to a random viewpoint and return it."""

    @abc.abstractmethod
    def _is_good(self, depth: NDArray[np.float32], mask: Image, *, usual: bool) -> bool:
        """Return whether a picture is worth taking; unusual ones need not show the subject."""

    def _vary_light(self) -> None:
        strengths = self._rng.uniform(0.7, 1.3, (len(self._lamps), 1))
        self._model.light_diffuse[:] = self._lamps * strengths
        self._model.vis.headlight.ambient[:] = self._ambient * self._rng.uniform(0.8, 1.2)


class ScenePhotographer(Photographer):
    """A camera that walks or drives through one scene.

    Args:
        kind: Name of the scene.
        seed: Seed of the scene and of the pictures.
        size: Width and height of the images in pixels.

    Raises:
        RenderError: This machine has no OpenGL.
    """

    def __init__(self, kind: str, seed: int, size: tuple[int, int]) -> None:
        scene = SCENES[kind](seed)
        self._draw_viewpoint = VIEWPOINTS[kind]
        self._space = scene_free_space(scene)
        scene.spec.worldbody.add_camera(name=CAMERA)
        model = scene.spec.compile()
        classes = geom_classes(model, scene.surfaces, SURFACES)
        studio = Studio(scene, model, mujoco.MjData(model), CAMERA, classes)
        super().__init__(studio, np.random.default_rng([seed, 1]), seed, size)

    def _draw_view(self) -> Viewpoint:
        view = self._draw_viewpoint(self._rng, self.scene, self._space)
        model = self._model
        model.cam_pos[0] = (view.x, view.y, view.z)
        mujoco.mju_mat2Quat(model.cam_quat[0], view.mujoco_rotation().ravel())
        model.cam_fovy[0] = math.degrees(view.vertical_fov)
        mujoco.mj_forward(model, self._data)
        return view

    def _is_good(self, depth: NDArray[np.float32], mask: Image, *, usual: bool) -> bool:
        return _is_clear(depth) and (_shows_ground(mask) or not usual)


def _is_clear(depth: NDArray[np.float32]) -> bool:
    """Return whether nothing is right in front of the lens."""
    return bool(((depth > 0) & (depth < NEAR_M)).mean() < NEAR_FRACTION)


def _shows_ground(mask: Image) -> bool:
    return bool(np.isin(mask, GROUND).mean() >= GROUND_FRACTION)
