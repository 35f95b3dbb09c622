"""A scene: a world with a surface class for every geom, a start and a goal."""

from __future__ import annotations

import dataclasses
from typing import Any

import mujoco

# A rectangle on the ground: x_min, x_max, y_min, y_max in metres.
Bounds = tuple[float, float, float, float]
# x and y in metres and yaw in radians.
PlanarPose = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Walker:
    """A person who walks to and fro between two places.

    Attributes:
        body: Name of the person's body, which the world moves; the person faces its +y.
        ends: The two places, (x, y) in metres each; the person starts at the first one.
        speed_m_s: Speed.
    """

    body: str
    ends: tuple[tuple[float, float], tuple[float, float]]
    speed_m_s: float


@dataclasses.dataclass
class Scene:
    """A world without a robot.

    It is static, apart from people who walk and things that can be carried, which are bodies with a
    free joint.

    Attributes:
        spec: Lights, textures and geoms, in the world body; people who walk and things that can be
            carried have bodies of their own.
        surfaces: Surface class of each geom, by the geom's name.
        start: Start of the robot: x, y in metres and yaw in radians.
        goal: Goal of the robot: x, y in metres; a free path leads there from the start.
        bounds: Extent of the world.
        parameters: Random parameters of the scene, for statistics over scenes.
        walkers: People who walk.
    """

    spec: mujoco.MjSpec
    surfaces: dict[str, str]
    start: tuple[float, float, float]
    goal: tuple[float, float]
    bounds: Bounds
    parameters: dict[str, Any]
    walkers: tuple[Walker, ...] = ()
