"""The interface of ground: its height, its shapes for the physics, and places to start.

Surfaces are as coarse as their shape allows, and soles are rounder than on a plane. A ball on the
border of two triangles or boxes also touches the edge of the neighbour, and a ball that sinks in
by more than its radius would be pushed aside with its whole weight.
"""

from __future__ import annotations

import abc
import dataclasses
import functools

import mujoco
import numpy as np

from drive2walk.robot.geometry.arrays import Array, Bools
from drive2walk.robot.spec import RobotSpec

# Robots that start within START_M of the middle don't reach the rim in 20 s at 1.1 m/s. Where they
# start all over the ground, some do.
HALF_WIDTH_M = 27
START_M = 3.0
RIM_M = 1.0
# A robot starts on a square of this width that is among the most even fraction of random places.
STAND_M = 0.5
EVEN_FRACTION = 0.05
CANDIDATES = 1000
# Radius of the soles' contact points on uneven ground.
SOLE_RADIUS_M = 0.02
# Thickness below the lowest point.
BASE_M = 0.5


class Terrain(abc.ABC):
    """Ground around the origin; the names of its geoms begin with ``ground``."""

    @abc.abstractmethod
    def height(self, points: Array) -> Array:
        """Return the height of the ground under points (..., 2) m, (...) m."""

    @abc.abstractmethod
    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add the ground's geoms to a world."""

    def adapt_soles(self, spec: RobotSpec) -> RobotSpec:
        """Return the robot with rounder soles that touch a plane at the same points."""
        feet = spec.feet
        lift = SOLE_RADIUS_M - feet.contact_radius_m
        points = tuple((x, y, z + lift) for x, y, z in feet.contact_points)
        feet = dataclasses.replace(feet, contact_points=points, contact_radius_m=SOLE_RADIUS_M)
        return dataclasses.replace(spec, feet=feet)

    def draw_starts(self, count: int, rng: np.random.Generator) -> Array:
        """Return random places (count, 3) m where the ground is nearly even."""
        return self._even_places[rng.integers(len(self._even_places), size=count)]

    def at_rim(self, points: Array) -> Bools:
        """Return whether points (..., 2) m are near the end of the ground, (...)."""
        rim: Bools = np.abs(points).max(axis=-1) > HALF_WIDTH_M - RIM_M
        return rim

    def find_even_places(self, places: Array) -> Array:
        """Return the most even of places (n, 2) m with the highest ground there, (k, 3) m."""
        across = np.linspace(-STAND_M / 2, STAND_M / 2, 11)
        around = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
        heights = self.height(places[:, None] + around)
        order = np.argsort(np.ptp(heights, axis=1))[: round(EVEN_FRACTION * len(places))]
        return np.column_stack([places, heights.max(axis=1)])[order]

    @functools.cached_property
    def _even_places(self) -> Array:
        """The most even of random places near the middle, (k, 3) m."""
        places = np.random.default_rng(0).uniform(-START_M, START_M, (CANDIDATES, 2))
        return self.find_even_places(places)
