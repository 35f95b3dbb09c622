"""Labelled pictures from the head of a robot that works, with its arms and load in view."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.rendering.photographer import Photographer, Studio
from drive2walk.envs.rendering.robot_poses import RobotPoser
from drive2walk.envs.rendering.viewpoints import Viewpoint
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.sensors.geom_classes import geom_classes
from drive2walk.envs.tasks.registry import TASKS
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.geometry.cameras import MUJOCO_FROM_OPTICAL
from drive2walk.robot.geometry.transforms import transform
from drive2walk.robot.spec import RobotSpec, load_robot
from drive2walk.robot.surfaces import SURFACES, UNLABELLED

ROBOT = "unitree_g1"
WAREHOUSE = "warehouse"
# Robots move by themselves, as people do: a network that sees either keeps its distance. In the
# halls of the tasks nothing else has this class, so that arms can be scored by themselves.
ROBOT_SURFACE = "person"
# Things that can be carried.
THING_SURFACE = "clutter"
# Fractions of a picture that the robot covers at least and at most.
ROBOT_FRACTION = (0.01, 0.6)


class RobotPhotographer(Photographer):
    """The camera in the head of a robot in random poses, in a task's layout or a warehouse.

    Args:
        seed: Seed of the layout and of the pictures.
        size: Width and height of the images in pixels.

    Raises:
        RenderError: This machine has no OpenGL.
    """

    def __init__(self, seed: int, size: tuple[int, int]) -> None:
        rng = np.random.default_rng([seed, 5])
        kind = str(rng.choice([*TASKS, WAREHOUSE]))
        scene, spec = _build_layout(kind, seed)
        scene.parameters["layout"] = kind
        world = RobotWorld(scene, spec)
        self._poser = RobotPoser(world)
        classes = geom_classes(world.model, scene.surfaces, SURFACES)
        classes[classes == UNLABELLED] = SURFACES.index(THING_SURFACE)
        classes[self._poser.is_robot] = SURFACES.index(ROBOT_SURFACE)
        studio = Studio(scene, world.model, world.data, world.head_camera, classes)
        super().__init__(studio, rng, seed, size)

    def _draw_view(self) -> Viewpoint:
        self._poser.draw_pose(self._rng)
        camera = self._data.camera(self._studio.camera)
        rotation = camera.xmat.reshape(3, 3) @ MUJOCO_FROM_OPTICAL.T
        fov = math.radians(float(self._model.camera(self._studio.camera).fovy[0]))
        return Viewpoint.from_pose(transform(rotation, camera.xpos), fov)

    def _is_good(self, depth: NDArray[np.float32], mask: Image, *, usual: bool) -> bool:
        fraction = float((mask == SURFACES.index(ROBOT_SURFACE)).mean())
        least, most = ROBOT_FRACTION
        return not self._poser.is_stuck() and fraction <= most and (fraction >= least or not usual)


def _build_layout(kind: str, seed: int) -> tuple[Scene, RobotSpec]:
    """Return a scene, and the robot with the hands that are needed there."""
    spec = load_robot(ROBOT)
    if kind == WAREHOUSE:
        return SCENES[WAREHOUSE](seed), spec
    layout = TASKS[kind](seed)
    return layout.scene, spec.with_fingers() if layout.fingers else spec
