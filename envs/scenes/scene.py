"""A scene: a static world with a surface class for every geom, a start and a goal."""

from __future__ import annotations

import dataclasses
from typing import Any

import mujoco

# A rectangle on the ground: x_min, x_max, y_min, y_max in metres.
Bounds = tuple[float, float, float, float]


@dataclasses.dataclass
class Scene:
    """A static world without a robot.

    Attributes:
        spec: Lights, textures and geoms, all in the world body.
        surfaces: Surface class of each geom, by the geom's name.
        start: Start of the robot: x, y in metres and yaw in radians.
        goal: Goal of the robot: x, y in metres; a free path leads there from the start.
        bounds: Extent of the world.
        parameters: Random parameters of the scene, for statistics over scenes.
    """

    spec: mujoco.MjSpec
    surfaces: dict[str, str]
    start: tuple[float, float, float]
    goal: tuple[float, float]
    bounds: Bounds
    parameters: dict[str, Any]
