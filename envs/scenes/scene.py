"""A scene: a static world with a surface class for every geom, a start and a goal."""

from __future__ import annotations

import dataclasses
from typing import Any

import mujoco


@dataclasses.dataclass
class Scene:
    """A static world without a robot.

    Attributes:
        spec: lights, textures and geoms, all in the world body; ceilings are in geom group 4.
        surfaces: surface class of each geom, by the geom's name.
        start: x, y in metres and yaw in radians where the robot begins.
        goal: x, y in metres; a free path leads there from the start.
        bounds: x_min, x_max, y_min, y_max of the world in metres.
        parameters: the random factors that were drawn, for statistics over scenes.
    """

    spec: mujoco.MjSpec
    surfaces: dict[str, str]
    start: tuple[float, float, float]
    goal: tuple[float, float]
    bounds: tuple[float, float, float, float]
    parameters: dict[str, Any]
