"""Random cameras inside a scene: a robot's head, or a car's windscreen."""

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
# A walking robot's head looks down; people hold cameras level.
LEVEL_SHARE = 0.25
LEVEL_DEG = (-3.0, 15.0)
STEEP_DEG = (5.0, 50.0)
CAR_SHARE = 0.7
CAR_HEIGHT_M = (1.2, 1.6)
CAR_REACH_M = 38.0


@dataclasses.dataclass(frozen=True)
class Viewpoint:
    """A camera: position in metres, angles and vertical field of view in radians."""

    x: float
    y: float
    z: float
    yaw: float
    pitch_down: float
    roll: float
    vertical_fov: float

    def pinhole(self, width: int, height: int) -> Pinhole:
        """Return the projection of an image of this size."""
        return Pinhole.from_fov(width, height, self.vertical_fov)

    def T_world_camera(self) -> NDArray[np.float64]:
        """Return the 4x4 pose of the optical frame (x right, y down, z forward)."""
        cy, sy = math.cos(self.yaw), math.sin(self.yaw)
        cp, sp = math.cos(self.pitch_down), math.sin(self.pitch_down)
        forward = np.array([cy * cp, sy * cp, -sp])
        right = np.array([sy, -cy, 0.0])
        down = np.cross(forward, right)
        cr, sr = math.cos(self.roll), math.sin(self.roll)
        axes = np.stack([cr * right + sr * down, cr * down - sr * right, forward], axis=1)
        return transform(axes, np.array([self.x, self.y, self.z]))

    def mujoco_rotation(self) -> NDArray[np.float64]:
        """Return the 3x3 rotation of MuJoCo's camera (looks along -z, y up)."""
        return self.T_world_camera()[:3, :3] @ MUJOCO_FROM_OPTICAL


class DrawViewpoint(Protocol):
    """Draws one random camera of a scene."""

    def __call__(self, rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
        """Return a camera; ``space`` is the scene's free space."""
        ...


def head_viewpoint(rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
    """Return a walker's camera over free ground, 0.9-1.6 m high, mostly looking down."""
    steep = rng.random() >= LEVEL_SHARE
    # Walkers keep off walls, but a network must know the view from close by too.
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


def street_viewpoint(rng: np.random.Generator, scene: Scene, space: FreeSpace) -> Viewpoint:
    """Return a car's camera on a driving lane, or at times a walker's on the pavement."""
    if rng.random() >= CAR_SHARE:
        return head_viewpoint(rng, scene, space)
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


VIEWPOINTS: dict[str, DrawViewpoint] = {"office": head_viewpoint, "street": street_viewpoint}
