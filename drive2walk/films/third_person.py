"""A camera that follows the robot."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.sensors.camera import Camera
from drive2walk.robot.geometry.arrays import Image

SIZE = (640, 480)
CEILING_GROUP = 4
ELEVATIONS_DEG = (-38.0, -46.0, -54.0, -62.0, -70.0, -80.0)
# Geom groups that may hide the robot: walls and furniture, not robots or ceilings.
_SCENERY = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)


class ThirdPerson:
    """A camera behind and above the robot that doesn't see ceilings.

    Args:
        world: World of the robot.
    """

    def __init__(self, world: RobotWorld) -> None:
        self._view = mujoco.MjvCamera()
        self._view.distance = 4.0
        self._view.azimuth = np.degrees(world.base_pose[2])
        self._view.elevation = self._clear_elevation_deg(world)
        width, height = SIZE
        self._camera = Camera(
            world.model, self._view, width, height, shadows=True, hidden_groups=(CEILING_GROUP,)
        )

    def close(self) -> None:
        """Free the OpenGL context."""
        self._camera.close()

    def image(self, world: RobotWorld) -> Image:
        """Return the RGB image (height, width, 3) and turn the camera after the robot."""
        x, y, yaw = world.base_pose
        turn = (np.degrees(yaw) - self._view.azimuth + 180) % 360 - 180
        self._view.azimuth += 0.05 * turn
        rise = self._clear_elevation_deg(world) - self._view.elevation
        self._view.elevation += 0.1 * rise
        self._view.lookat[:] = [x, y, 0.8]
        return self._camera.rgb(world.data)

    def _clear_elevation_deg(self, world: RobotWorld) -> float:
        """Return the lowest camera elevation at which no wall hides the robot."""
        for elevation in ELEVATIONS_DEG:
            if all(self._is_clear(world, height, elevation) for height in (0.2, 0.8)):
                return elevation
        return ELEVATIONS_DEG[-1]

    def _is_clear(self, world: RobotWorld, height_m: float, elevation_deg: float) -> bool:
        """Return whether the camera would see the robot at a height above the ground."""
        x, y, _ = world.base_pose
        tilt, turn = np.radians(elevation_deg), np.radians(self._view.azimuth)
        back = np.array([-np.cos(turn), -np.sin(turn), 0.0]) * np.cos(tilt)
        camera = np.array([x, y, 0.8]) + self._view.distance * (back - [0, 0, np.sin(tilt)])
        start = np.array([x, y, height_m])
        hit = np.zeros(1, dtype=np.int32)
        # mj_ray gives a fraction of the ray, negative without a hit; 1 is at the camera.
        fraction = mujoco.mj_ray(
            world.model, world.data, start, camera - start, _SCENERY, 1, -1, hit
        )
        return fraction < 0 or fraction > 1
