"""An empty warehouse with walls and a concrete floor, which tasks furnish."""

from __future__ import annotations

import math
from typing import Any

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.floor_textures import concrete
from drive2walk.envs.scenes.appearance.lights import light_indoors, prepare_view
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.sky import plain_sky
from drive2walk.envs.scenes.appearance.wall_textures import plaster
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Vector
from drive2walk.envs.scenes.items.racks import add_open_box, add_table
from drive2walk.envs.scenes.scene import PlanarPose

HALF_M = 4.5
WALL_M, WALL_HEIGHT_M = 0.1, 3.2


class Warehouse:
    """An empty hall about the origin, and furniture for it.

    Args:
        rng: Source of everything random in the hall.

    Attributes:
        builder: Builder of the scene.
        parameters: Random parameters of the hall.
        bounds: Extent of the hall.
    """

    def __init__(self, rng: Generator) -> None:
        self.rng = rng
        self.builder = b = SceneBuilder(rng)
        prepare_view(b.spec, HALF_M)
        plain_sky(b.spec)
        self.parameters: dict[str, Any] = light_indoors(b.spec, rng, (0.0, 0.0))
        self.bounds = (-HALF_M, HALF_M, -HALF_M, HALF_M)
        b.solid_ground("ground", 0.0, "floor")
        grey = random_colour(rng, (0.05, 0.6), (0.0, 0.12), (0.45, 0.75))
        floor = b.materials.tiled("floor", concrete(rng, grey), (3.0, 3.0))
        b.ground("floor", (2 * HALF_M, 2 * HALF_M), (0.0, 0.0, 0.001), "floor", floor)
        pale = random_colour(rng, (0.05, 0.6), (0.0, 0.15), (0.6, 0.95))
        wall = b.materials.tiled("wall", plaster(rng, pale), (3.0, WALL_HEIGHT_M))
        for k in range(4):
            side = b.at(0.0, 0.0, k * math.pi / 2)
            centre = (HALF_M, 0.0, WALL_HEIGHT_M / 2)
            size = (2 * HALF_M, WALL_HEIGHT_M, WALL_M)
            side.panel(f"wall_{k}", size, centre, math.pi, "wall", wall)

    def add_table(self, name: str, pose: PlanarPose, size: Vector) -> None:
        """Add a table (see ``items.racks``) whose front edge's middle is at ``pose``."""
        add_table(self.builder.at(*pose), name, size)

    def add_open_box(
        self, name: str, bottom: Vector, size: Vector, wall_m: float, look: Look
    ) -> None:
        """Add a box without a lid (see ``items.racks``).

        Args:
            name: Prefix of its geoms' names.
            bottom: Middle of its underside, m.
            size: Depth, width and height, m.
            wall_m: Thickness of its walls.
            look: Look of all its sides.
        """
        add_open_box(self.builder.at(*bottom[:2], z=bottom[2]), name, size, wall_m, look)
