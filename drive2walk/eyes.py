"""The eyes of an agent: a network behind the head camera, or the simulator's truth."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.agent import Sight
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.robot.surfaces import UPRIGHT, surface_ids


class Eyes(Protocol):
    """Turns what the head camera sees now into walkable ground and depth."""

    image: NDArray[np.uint8]

    def look(self, world: RobotWorld) -> Sight:
        """Return what is seen from the robot's head in ``world``."""


class CameraEyes:
    """The deployed way: an RGB image through the network, nothing else."""

    def __init__(self, predictor: Predictor, camera: Camera) -> None:
        self._predictor = predictor
        self._camera = camera
        self._upright = surface_ids(UPRIGHT)

    def look(self, world: RobotWorld) -> Sight:
        """Return the network's view of the camera image, at the camera's own size.

        The map weighs evidence by the camera's pixels, however many the network is fed.
        """
        pinhole = world.spec.head_camera.pinhole
        self.image = self._camera.rgb(world.data)
        height, width = self.image.shape[:2]
        prediction = self._predictor(self.image, pinhole.fy)
        walkable = prediction.walkable_at(height, width)
        depth_m = prediction.depth_at(height, width)
        if depth_m is None:
            raise WeightsError("these weights know no depth, which the map needs. Use 'walking'.")
        upright = prediction.probability_at(height, width, self._upright)
        return Sight(walkable, depth_m, upright < 0.5 * (1 - walkable), pinhole)


class OracleEyes:
    """True surfaces and true depth: what perfect eyes would give, to price the network's errors."""

    def __init__(self, world: RobotWorld, camera: Camera) -> None:
        self._camera = camera
        walkable = set(world.spec.walkable_surfaces)
        names = [world.model.geom(i).name for i in range(world.model.ngeom)]
        self._walkable_geom = np.array(
            [world.scene.surfaces.get(name) in walkable for name in names], dtype=np.uint8
        )

    def look(self, world: RobotWorld) -> Sight:
        """Return the truth about the camera image."""
        self.image = self._camera.rgb(world.data)
        walkable = self._camera.surfaces(world.data, self._walkable_geom) == 1
        depth = self._camera.depth(world.data)
        # True depth can be asked about everything.
        overhanging = np.ones_like(walkable)
        pinhole = world.spec.head_camera.pinhole
        return Sight(walkable.astype(np.float32), depth, overhanging, pinhole)
