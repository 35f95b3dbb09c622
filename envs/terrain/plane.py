"""Flat ground."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.robot.contacts import WORLD_CONTACT
from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.spec import RobotSpec


class Plane(Terrain):
    """Endless flat ground at height 0; all robots start at the origin."""

    def height(self, points: Array) -> Array:
        """Return zeros, (...) m."""
        return np.zeros(points.shape[:-1])

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a plane."""
        world.worldbody.add_geom(
            name="ground", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1], **WORLD_CONTACT
        )

    def adapt_soles(self, spec: RobotSpec) -> RobotSpec:
        """Return the robot unchanged."""
        return spec

    def draw_starts(self, count: int, rng: np.random.Generator) -> Array:
        """Return the origin, (count, 3) m; no random number is drawn."""
        return np.zeros((count, 3))

    def at_rim(self, points: Array) -> Bools:
        """Return False for all points, (...)."""
        return np.zeros(points.shape[:-1], dtype=bool)


FLAT = Plane()
