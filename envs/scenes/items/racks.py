"""Racks, tables and open boxes of given sizes.

The origin of a rack or a table is the middle of its front edge on the floor, and it is deep along
+x; the origin of an open box is the middle of its underside.
"""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Vector

POST_M, BOARD_M = 0.05, 0.03


def add_rack(b: SceneBuilder, name: str, size: Vector, boards: tuple[float, ...]) -> None:
    """Add a rack.

    Args:
        b: Builder in the rack's frame.
        name: Prefix of its geoms' names; the boards are ``name_board_0`` and so on.
        size: Depth, width and height, m.
        boards: Heights of the boards' upper faces, m.
    """
    depth, width, height = size
    steel = b.materials.plain(random_colour(b.rng, (0.55, 0.65), (0.3, 0.9), (0.2, 0.6)))
    wood = b.materials.tinted("boards", np.array([0.72, 0.58, 0.42]))
    for k, (px, py) in enumerate([(0, -1), (0, 1), (1, -1), (1, 1)]):
        centre = (px * depth, py * (width / 2 + POST_M / 2), height / 2)
        b.box(f"{name}_post_{k}", (POST_M, POST_M, height), centre, "furniture", steel)
    for k, top in enumerate(boards):
        centre = (depth / 2, 0.0, top - BOARD_M / 2)
        b.box(f"{name}_board_{k}", (depth, width, BOARD_M), centre, "furniture", wood)


def add_table(b: SceneBuilder, name: str, size: Vector) -> None:
    """Add a table.

    Args:
        b: Builder in the table's frame.
        name: Prefix of its geoms' names; the top is ``name_top``.
        size: Depth, width and height, m.
    """
    depth, width, height = size
    top = b.materials.board()
    steel = b.materials.metal()
    board = (depth, width, BOARD_M)
    b.box(f"{name}_top", board, (depth / 2, 0.0, height - BOARD_M / 2), "furniture", top)
    for k, (px, py) in enumerate([(0.1, -1), (0.1, 1), (0.9, -1), (0.9, 1)]):
        centre = (px * depth, py * (width / 2 - POST_M), (height - BOARD_M) / 2)
        b.box(f"{name}_leg_{k}", (POST_M, POST_M, height - BOARD_M), centre, "furniture", steel)


def add_open_box(b: SceneBuilder, name: str, size: Vector, wall_m: float, look: Look) -> None:
    """Add a box without a lid, a bin or a basket.

    Args:
        b: Builder in the box's frame.
        name: Prefix of its geoms' names; the bottom is ``name_floor``.
        size: Depth, width and height, m.
        wall_m: Thickness of its walls.
        look: Look of all its sides.
    """
    depth, width, height = size
    b.box(f"{name}_floor", (depth, width, wall_m), (0.0, 0.0, wall_m / 2), "furniture", look)
    for side in (-1.0, 1.0):
        end, edge = (side * depth / 2, 0.0, height / 2), (0.0, side * width / 2, height / 2)
        b.box(f"{name}_x{side:+.0f}", (wall_m, width, height), end, "furniture", look)
        b.box(f"{name}_y{side:+.0f}", (depth, wall_m, height), edge, "furniture", look)
