"""A rack with a tote on it and a table beside the way to it, for the task and for the hall."""

from __future__ import annotations

import dataclasses
import math

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.frame import Frame, Vector
from drive2walk.envs.scenes.items.racks import add_rack, add_table
from drive2walk.envs.scenes.items.thing import add_thing
from drive2walk.envs.scenes.items.tote import TOTE, add_tote
from drive2walk.envs.scenes.scene import PlanarPose

# Distance of the rack ahead of the stand, and of the table to its left or right, to front edges.
RACK_AHEAD_M, TABLE_ASIDE_M = 1.1, 1.2
# Depth, width and height of the rack; depth and width of the table.
RACK_M: Vector = (0.45, 1.1, 1.5)
TABLE_M = (0.6, 1.0)
LOWER_BOARD_M = 0.25


@dataclasses.dataclass(frozen=True)
class ToteCorner:
    """What stands where. Poses are in the world, of the middle of a front edge.

    Attributes:
        rack: Pose of the rack; it is deep along its yaw.
        shelf_height_m: Height of the upper board, on which the tote stands.
        table: Pose of the table.
        table_height_m: Height of the table.
        table_side: 1 if the table is to the left of the stand, -1 if it is to the right.
        size_m: Depth, width and height of the tote.
        mass_kg: Mass of the tote.
    """

    rack: PlanarPose
    shelf_height_m: float
    table: PlanarPose
    table_height_m: float
    table_side: float
    size_m: Vector
    mass_kg: float


def add_tote_corner(b: SceneBuilder, stand: PlanarPose) -> ToteCorner:
    """Add a random rack ahead of ``stand``, a table to the left or right, and a tote on the rack.

    Args:
        b: Builder in the world's frame.
        stand: Place of the robot in front of the rack, which the robot faces.

    Returns:
        Places and sizes.
    """
    rng = b.rng
    depth, width = float(rng.uniform(0.19, 0.21)), float(rng.uniform(0.28, 0.32))
    height, mass = float(rng.uniform(0.16, 0.20)), float(rng.uniform(0.4, 0.8))
    shelf_height = float(rng.uniform(0.72, 0.82))
    shelf_y = float(rng.uniform(-0.2, 0.2))
    rack = _place(stand, (RACK_AHEAD_M, shelf_y, 0.0))
    add_rack(b.at(*rack), "shelf", RACK_M, (LOWER_BOARD_M, shelf_height))
    side = 1.0 if rng.random() < 0.5 else -1.0
    table_x = float(rng.uniform(0.0, 0.25))
    table_height = float(rng.uniform(0.70, 0.80))
    table = _place(stand, (table_x, side * TABLE_ASIDE_M, side * math.pi / 2))
    add_table(b.at(*table), "table", (*TABLE_M, table_height))
    x = RACK_AHEAD_M + 0.03 + depth / 2 + float(rng.uniform(0, 0.03))
    y = shelf_y + float(rng.uniform(-0.12, 0.12))
    tote_x, tote_y, yaw = _place(stand, (x, y, float(rng.uniform(-0.12, 0.12))))
    position = (tote_x, tote_y, shelf_height + 0.002)
    body = add_thing(b.spec, TOTE, position, yaw)
    colour = random_colour(rng, (0, 1), (0.5, 0.9), (0.35, 0.8))
    size = (depth, width, height)
    add_tote(body, size, mass, b.materials.plain(colour))
    return ToteCorner(rack, shelf_height, table, table_height, side, size, mass)


def _place(stand: PlanarPose, pose: PlanarPose) -> PlanarPose:
    """Return a pose of the stand's frame in the world."""
    x, y, yaw = stand
    placed = Frame((x, y, 0.0), yaw).child((*pose[:2], 0.0), pose[2])
    return (*placed.origin[:2], placed.yaw)
