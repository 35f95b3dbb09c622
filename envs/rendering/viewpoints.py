"""Random cameras inside a scene: in a robot's head, or behind a car's windscreen."""

from __future__ import annotations

import dataclasses
import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.free_space import FreeSpace
from drive2walk.envs.scenes.outdoor.road import KERB_M
from drive2walk.envs.scenes.scene import Scene
from drive2walk.robot.geometry.cameras import MUJOCO_FROM_OPTICAL, Pinhole
from drive2walk.robot.geometry.transforms import transform

HEAD_CLEARANCE_M = (0.2, 0.65)
# Probability of a level view, as people hold cameras; a walking robot's head looks down.
LEVEL_PROBABILITY = 0.25
LEVEL_DEG = (-3.0, 15.0)
STEEP_DEG = (5.0, 50.0)
# Probability of a view from a car, in a street.
CAR_PROBABILITY = 0.7
CAR_HEIGHT_M = (1.2, 1.6)
CAR_REACH_M = 38.0


@dataclasses.dataclass(frozen=True)
class Viewpoint:
    """A camera in the world.

    Attributes:
        x: Position, m.
        y: Position, m.
        z: Height, m.
        yaw: Direction of view, rad.
        pitch_down: Angle of the view below the horizontal, rad.
        roll: Turn about the optical axis, rad.
        vertical_fov: Vertical field of view, rad.
    """

    x: float
    y: float
    z: float
    yaw: float
    pitch_down: float
    roll: float
    vertical_fov: float

    @classmethod
    def from_pose(cls, T_world_camera: NDArray[np.float64], vertical_fov: float) -> Viewpoint:
        """Return the viewpoint of a pose (4, 4) of the optical frame that doesn't look straight up.

        Args:
            T_world_camera: Pose of the optical frame: x right, y down, z forward.
            vertical_fov: Vertical field of view, rad.
        """
        right, forward = T_world_camera[:3, 0], T_world_camera[:3, 2]
        yaw = math.atan2(forward[1], forward[0])
        pitch_down = math.asin(float(np.clip(-forward[2], -1, 1)))
        level = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
        roll = math.atan2(right @ np.cross(forward, level), right @ level)
        x, y, z = (float(v) for v in T_world_camera[:3, 3])
        return cls(x, y, z, yaw, pitch_down, roll, vertical_fov)

    def pinhole(self, width: int, height: int) -> Pinhole:
        """Return the projection for an image of ``width`` by ``height`` pixels."""
        return Pinhole.from_fov(width, height, self.vertical_fov)

    def T_world_camera(self) -> NDArray[np.float64]:
        """Return the pose (4, 4) of the optical frame: x right, y down, z forward."""
        cy, sy = math.cos(self.yaw), math.sin(self.yaw)
        cp, sp = math.cos(self.pitch_down), math.sin(self.pitch_down)
        forward = np.array([cy * cp, sy * cp, -sp])
        right = np.array([sy, -cy, 0.0])
        down = np.cross(forward, right)
        cr, sr = math.cos(self.roll), math.sin(self.roll)
        axes = np.stack([cr * right + sr * down, cr * down - sr * right, forward], axis=1)
        return transform(axes, np.array([self.x, self.y, self.z]))

    def mujoco_rotation(self) -> NDArray[np.float64]:
        """Return the rotation (3, 3) of MuJoCo's camera, which looks along -z with y up."""
        return self.T_world_camera()[:3, :3] @ MUJOCO_FROM_OPTICAL


class DrawViewpoint(Protocol):
    """A function that draws one random camera of a scene."""

    def __call__(self, rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
        """Return a camera; ``space`` is the scene's free space."""
        ...


def draw_head_viewpoint(rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
    """Return a walker's camera over free ground, 0.9-1.6 m high, mostly looking down."""
    steep = rng.random() >= LEVEL_PROBABILITY
    # Walkers keep their distance from walls, but a network must also know views from close by.
    clearance = min(rng.uniform(*HEAD_CLEARANCE_M), 0.9 * space.clearance_m.max())
    places = np.argwhere(space.clearance_m >= clearance)
    x, y = space.grid.centers(places[rng.integers(len(places))])
    return Viewpoint(
        x=float(x + rng.uniform(-0.02, 0.02)),
        y=float(y + rng.uniform(-0.02, 0.02)),
        z=float(rng.uniform(0.9, 1.6)),
        yaw=float(rng.uniform(-math.pi, math.pi)),
        pitch_down=math.radians(float(rng.uniform(*(STEEP_DEG if steep else LEVEL_DEG)))),
        roll=math.radians(float(rng.uniform(-5, 5))),
        vertical_fov=math.radians(float(rng.uniform(45, 80))),
    )


def draw_street_viewpoint(rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
    """Return a car's camera on a driving lane, or sometimes a walker's on the pavement."""
    if rng.random() >= CAR_PROBABILITY:
        return draw_head_viewpoint(rng, scene, space)
    lanes = scene.parameters["lanes"]
    y, yaw = lanes[int(rng.integers(len(lanes)))]
    return Viewpoint(
        x=float(rng.uniform(-CAR_REACH_M, CAR_REACH_M)),
        y=float(y + rng.uniform(-0.5, 0.5)),
        z=float(rng.uniform(*CAR_HEIGHT_M)) - KERB_M,
        yaw=float(yaw + math.radians(rng.normal(0, 5))),
        pitch_down=math.radians(float(rng.uniform(-1, 10))),
        roll=math.radians(float(rng.normal(0, 1))),
        vertical_fov=math.radians(float(rng.uniform(35, 62))),
    )


VIEWPOINTS: dict[str, DrawViewpoint] = {
    "office": draw_head_viewpoint,
    "office_hard": draw_head_viewpoint,
    "street": draw_street_viewpoint,
    "warehouse": draw_head_viewpoint,
}
