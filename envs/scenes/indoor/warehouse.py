"""An empty warehouse with walls and a concrete floor, which tasks furnish."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.floor_textures import concrete
from drive2walk.envs.scenes.appearance.lights import light_indoors, prepare_view
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.appearance.sky import plain_sky
from drive2walk.envs.scenes.appearance.wall_textures import plaster
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Vector

# x and y in metres and yaw in radians.
PlanarPose = tuple[float, float, float]
HALF_M = 4.5
WALL_M, WALL_HEIGHT_M = 0.1, 3.2
POST_M, BOARD_M = 0.05, 0.03


class Warehouse:
    """An empty hall about the origin, and furniture for it.

    Positions are those of a piece's front edge; the piece is deep along its yaw.

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

    def add_rack(
        self, name: str, pose: PlanarPose, size: Vector, boards: tuple[float, ...]
    ) -> None:
        """Add a rack.

        Args:
            name: Prefix of its geoms' names; the boards are ``name_board_0`` and so on.
            pose: Middle of the front edge, x and y in metres, and yaw.
            size: Depth, width and height, m.
            boards: Heights of the boards' upper faces, m.
        """
        b = self.builder.at(*pose)
        depth, width, height = size
        steel = b.materials.plain(random_colour(self.rng, (0.55, 0.65), (0.3, 0.9), (0.2, 0.6)))
        wood = b.materials.tinted("boards", np.array([0.72, 0.58, 0.42]))
        for k, (px, py) in enumerate([(0, -1), (0, 1), (1, -1), (1, 1)]):
            centre = (px * depth, py * (width / 2 + POST_M / 2), height / 2)
            b.box(f"{name}_post_{k}", (POST_M, POST_M, height), centre, "furniture", steel)
        for k, top in enumerate(boards):
            centre = (depth / 2, 0.0, top - BOARD_M / 2)
            b.box(f"{name}_board_{k}", (depth, width, BOARD_M), centre, "furniture", wood)

    def add_table(self, name: str, pose: PlanarPose, size: Vector) -> None:
        """Add a table.

        Args:
            name: Prefix of its geoms' names; the top is ``name_top``.
            pose: Middle of the front edge, x and y in metres, and yaw.
            size: Depth, width and height, m.
        """
        b = self.builder.at(*pose)
        depth, width, height = size
        top = b.materials.board()
        steel = b.materials.metal()
        b.box(
            f"{name}_top",
            (depth, width, BOARD_M),
            (depth / 2, 0.0, height - BOARD_M / 2),
            "furniture",
            top,
        )
        for k, (px, py) in enumerate([(0.1, -1), (0.1, 1), (0.9, -1), (0.9, 1)]):
            centre = (px * depth, py * (width / 2 - POST_M), (height - BOARD_M) / 2)
            b.box(f"{name}_leg_{k}", (POST_M, POST_M, height - BOARD_M), centre, "furniture", steel)

    def add_open_box(
        self, name: str, bottom: Vector, size: Vector, wall_m: float, look: Look
    ) -> None:
        """Add a box without a lid, a bin or a basket.

        Args:
            name: Prefix of its geoms' names; the bottom is ``name_floor``.
            bottom: Middle of its underside, m.
            size: Depth, width and height, m.
            wall_m: Thickness of its walls.
            look: Look of all its sides.
        """
        b = self.builder.at(*bottom[:2], z=bottom[2])
        depth, width, height = size
        b.box(f"{name}_floor", (depth, width, wall_m), (0.0, 0.0, wall_m / 2), "furniture", look)
        for side in (-1.0, 1.0):
            end, edge = (side * depth / 2, 0.0, height / 2), (0.0, side * width / 2, height / 2)
            b.box(f"{name}_x{side:+.0f}", (wall_m, width, height), end, "furniture", look)
            b.box(f"{name}_y{side:+.0f}", (depth, wall_m, height), edge, "furniture", look)
