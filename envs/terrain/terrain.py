"""Ground that isn't flat, for physics and for those who may know it.

Surfaces are as coarse as their shape allows, and soles are rounder than on a plane: a ball on the
border of two triangles or boxes touches the edge of the other too, and one that sinks in by more
than its radius would be pushed aside with all its weight.
"""

from __future__ import annotations

import abc
import dataclasses
import functools

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.contacts import WORLD_CONTACT
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.spec import RobotSpec

# Robots start within START_M of the middle and cover less than the rest in 20 s at 1.1 m/s; where
# they start all over the ground, some come to its rim.
HALF_WIDTH_M = 27
START_M = 3.0
RIM_M = 1.0
# A robot starts where a square of this width is as even as in the best twentieth of the places.
STAND_M = 0.5
EVEN_SHARE = 0.05
CANDIDATES = 1000
# Radius of the soles' contact points on uneven ground.
SOLE_RADIUS_M = 0.02
# Thickness below the lowest point.
BASE_M = 0.5


class Terrain(abc.ABC):
    """Ground around the origin, its geoms named ``ground`` and so on."""

    @abc.abstractmethod
    def height(self, points: Array) -> Array:
        """Return the ground's height under points (..., 2) m, (...) m."""

    @abc.abstractmethod
    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add the ground's geoms to a world."""

    def shod(self, spec: RobotSpec) -> RobotSpec:
        """Return the robot with rounder soles that touch a plane at the same points."""
        feet = spec.feet
        lift = SOLE_RADIUS_M - feet.contact_radius_m
        points = tuple((x, y, z + lift) for x, y, z in feet.contact_points)
        feet = dataclasses.replace(feet, contact_points=points, contact_radius_m=SOLE_RADIUS_M)
        return dataclasses.replace(spec, feet=feet)

    def starts(self, count: int, rng: np.random.Generator) -> Array:
        """Return where robots can stand, (count, 3) m: the ground under them is nearly even."""
        return self._stands[rng.integers(len(self._stands), size=count)]

    def at_rim(self, points: Array) -> NDArray[np.bool_]:
        """Return whether the ground is about to end at points (..., 2) m, (...)."""
        rim: NDArray[np.bool_] = np.abs(points).max(axis=-1) > HALF_WIDTH_M - RIM_M
        return rim

    @functools.cached_property
    def _stands(self) -> Array:
        """The evenest of places near the middle, and the highest ground there, (k, 3) m."""
        places = np.random.default_rng(0).uniform(-START_M, START_M, (CANDIDATES, 2))
        return self.evenest(places)

    def evenest(self, places: Array) -> Array:
        """Return the evenest of places (n, 2) and the highest ground there, (k, 3) m."""
        across = np.linspace(-STAND_M / 2, STAND_M / 2, 11)
        around = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
        heights = self.height(places[:, None] + around)
        order = np.argsort(np.ptp(heights, axis=1))[: round(EVEN_SHARE * len(places))]
        return np.column_stack([places, heights.max(axis=1)])[order]


class Plane(Terrain):
    """Flat ground at height 0; everybody starts at the origin."""

    def height(self, points: Array) -> Array:
        """Return zeros, (...)."""
        return np.zeros(points.shape[:-1])

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a plane."""
        world.worldbody.add_geom(
            name="ground", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1], **WORLD_CONTACT
        )

    def shod(self, spec: RobotSpec) -> RobotSpec:
        """Return the robot as it is."""
        return spec

    def starts(self, count: int, rng: np.random.Generator) -> Array:
        """Return the origin, (count, 3) m."""
        return np.zeros((count, 3))

    def at_rim(self, points: Array) -> NDArray[np.bool_]:
        """Return that it never ends, (...)."""
        return np.zeros(points.shape[:-1], dtype=bool)


@dataclasses.dataclass(frozen=True, eq=False)
class Triangles(Terrain):
    """Heights at the nodes of a square grid, two triangles in each of its cells.

    Attributes:
        heights: rows along +y and columns along +x, (n, n) m, from 0 up.
        cell_m: between two nodes.
    """

    heights: Array
    cell_m: float

    def height(self, points: Array) -> Array:
        """Return the ground's height under points (..., 2) m, (...) m."""
        last = len(self.heights) - 1
        at = np.clip(points / self.cell_m + last / 2, 0, last - 1e-9)
        corner = at.astype(np.intp)
        column, row = corner[..., 0], corner[..., 1]
        u, v = np.moveaxis(at - corner, -1, 0)
        h = self.heights
        right, far = h[row, column + 1], h[row + 1, column]
        near, across = h[row, column], h[row + 1, column + 1]
        # MuJoCo cuts a cell from its near left to its far right corner.
        below = near + u * (right - near) + v * (across - right)
        above = near + v * (far - near) + u * (across - far)
        return np.where(u >= v, below, above)

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a height field."""
        top, count = float(self.heights.max()), len(self.heights)
        reach = self.cell_m * (count - 1) / 2
        world.add_hfield(
            name="ground",
            nrow=count,
            ncol=count,
            size=[reach, reach, top, BASE_M],
            userdata=(self.heights / top).ravel(),
        )
        world.worldbody.add_geom(
            name="ground",
            type=mujoco.mjtGeom.mjGEOM_HFIELD,
            hfieldname="ground",
            **WORLD_CONTACT,
        )


@dataclasses.dataclass(frozen=True, eq=False)
class Blocks(Terrain):
    """Square blocks side by side.

    Attributes:
        heights: of their tops, rows along +y and columns along +x, (n, n) m, from 0 up.
        tread_m: width of a block.
    """

    heights: Array
    tread_m: float

    def height(self, points: Array) -> Array:
        """Return the ground's height under points (..., 2) m, (...) m."""
        count = len(self.heights)
        at = np.clip(points / self.tread_m + count / 2, 0, count - 1).astype(np.intp)
        return self.heights[at[..., 1], at[..., 0]]

    def add_to(self, world: mujoco.MjSpec) -> None:
        """Add a plane at height 0 and a box for each block that is higher."""
        Plane().add_to(world)
        self.add_boxes(world)

    def add_boxes(self, world: mujoco.MjSpec) -> None:
        """Add a box for each block that is higher than 0."""
        half = self.tread_m / 2
        for row, column in np.argwhere(self.heights > 0):
            top = float(self.heights[row, column])
            x, y = ((i + 0.5 - len(self.heights) / 2) * self.tread_m for i in (column, row))
            world.worldbody.add_geom(
                name=f"ground_{row}_{column}",
                type=mujoco.mjtGeom.mjGEOM_BOX,
                pos=[x, y, (top - BASE_M) / 2],
                size=[half, half, (top + BASE_M) / 2],
                **WORLD_CONTACT,
            )


FLAT = Plane()
