"""The eyes of an agent: a network behind the head camera, or the simulator's truth."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.robot.geometry.arrays import Bools, Image
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.surfaces import UPRIGHT, surface_ids


@dataclasses.dataclass(frozen=True)
class Sight:
    """What the eyes see in one camera image.

    Attributes:
        image: Image of the camera, (height, width, 3) RGB.
        walkable: Probability that the ground is walkable, (height, width).
        depth_m: Z-depth in metres, (height, width); 0 where unknown.
        overhanging: Whether the thing seen may overhang the floor below it, (height, width).
        pinhole: Camera model of the image.
    """

    image: Image
    walkable: NDArray[np.floating]
    depth_m: NDArray[np.floating]
    overhanging: Bools
    pinhole: Pinhole


class Eyes(Protocol):
    """Turns the view of the head camera into walkable ground and depth.

    Attributes:
        image: Last RGB image (height, width, 3).
    """

    image: Image

    def look(self, world: RobotWorld) -> Sight:
        """Return the present view from the robot's head."""


class CameraEyes:
    """Eyes of a deployed robot: an RGB image and a network.

    Args:
        predictor: Network.
        camera: Head camera.
    """

    def __init__(self, predictor: Predictor, camera: Camera) -> None:
        self._predictor = predictor
        self._camera = camera
        self._upright = surface_ids(UPRIGHT)

    def look(self, world: RobotWorld) -> Sight:
        """Return the network's view of the camera image, at the camera's own size.

        The map weights evidence by the camera's pixels, whatever size the network is fed.

        Raises:
            WeightsError: The network has no depth.
        """
        pinhole = world.spec.head_camera.pinhole
        self.image = self._camera.rgb(world.data)
        height, width = self.image.shape[:2]
        prediction = self._predictor(self.image, pinhole.fy)
        walkable = prediction.walkable_at(height, width)
        depth_m = prediction.depth_at(height, width)
        if depth_m is None:
            raise WeightsError(
                "these weights have no depth, which the map needs. Give --weights walking."
            )
        upright = prediction.probability_at(height, width, self._upright)
        overhanging = upright < 0.5 * (1 - walkable)
        return Sight(self.image, walkable, depth_m, overhanging, pinhole)


class OracleEyes:
    """Perfect eyes: true surfaces and true depth, to measure the cost of the network's errors.

    Args:
        world: World of the robot.
        camera: Head camera.
    """

    def __init__(self, world: RobotWorld, camera: Camera) -> None:
        self._camera = camera
        walkable = set(world.spec.walkable_surfaces)
        names = [world.model.geom(i).name for i in range(world.model.ngeom)]
        self._walkable_geom = np.array(
            [world.scene.surfaces.get(name) in walkable for name in names], dtype=np.uint8
        )

    def look(self, world: RobotWorld) -> Sight:
        """Return the true view of the camera image."""
        self.image = self._camera.rgb(world.data)
        walkable = self._camera.surfaces(world.data, self._walkable_geom) == 1
        depth = self._camera.depth(world.data)
        # Every thing may be passed under, because its true depth is known.
        overhanging = np.ones_like(walkable)
        pinhole = world.spec.head_camera.pinhole
        return Sight(self.image, walkable.astype(np.float32), depth, overhanging, pinhole)
