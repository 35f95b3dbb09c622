"""Door frames around doorways, and doors that stand open."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.builder import SceneBuilder
from drive2walk.envs.scenes.indoor.floor_plan import WALL_M, Doorway
from drive2walk.envs.scenes.occupancy import Occupancy

LEAF_M = 0.04
FRAME_M = 0.05


def build_doorway(
    b: SceneBuilder, door: Doorway, taken: Occupancy, look: Look, gap_m: float | None = None
) -> None:
    """Add a frame and, where the doorway has one, a leaf that stands open into one of the rooms.

    Args:
        b: Builder of the scene.
        door: The doorway.
        taken: Ground on which the leaf is marked.
        look: Look of the leaf.
        gap_m: Clear width that a leaf ajar, or boxes in a doorway without one, leave free; None
            leaves the whole doorway free.
    """
    at = b.at(door.x, door.y, 0.0 if door.along == "x" else math.pi / 2)
    frame = b.materials.board() if b.rng.random() < 0.5 else look
    width, height, deep = door.width_m, door.height_m, 2 * WALL_M + 0.02
    for side in (-1, 1):
        # The frame is outside the clear width, on the end of the wall.
        centre = (side * (width / 2 + FRAME_M / 2 - 0.01), 0.0, height / 2)
        at.box("door_frame", (FRAME_M, deep, height), centre, "door", frame)
    top = (width + 2 * FRAME_M, deep, FRAME_M)
    at.box("door_frame", top, (0, 0, height + FRAME_M / 2 - 0.005), "door", frame)
    if door.has_leaf:
        _build_leaf(at, door, taken, look, gap_m)
    elif gap_m is not None:
        _build_boxes(at, door, gap_m)


def _build_boxes(b: SceneBuilder, door: Doorway, gap_m: float) -> None:
    """Add two boxes, one on the other, at a random side of a doorway, in the doorway's frame."""
    card = b.materials.tinted("boards", np.array([0.66, 0.52, 0.36]))
    side, wide = float(b.rng.choice([-1, 1])), door.width_m - gap_m
    centre = side * (door.width_m - wide) / 2
    for level in range(2):
        deep = float(b.rng.uniform(0.35, 0.5))
        b.box("boxes", (wide, deep, 0.6), (centre, 0.0, 0.3 + 0.6 * level), "clutter", card)


def _build_leaf(
    b: SceneBuilder, door: Doorway, taken: Occupancy, look: Look, gap_m: float | None
) -> None:
    """Add an open leaf with its handles, in the frame of the doorway."""
    width, height = door.width_m - 0.02, door.height_m - 0.02
    into, hinge = (float(side) for side in b.rng.choice([-1, 1], 2))
    angle = math.radians(float(b.rng.uniform(86, 104)))
    if gap_m is not None:
        # The gap is the chord between the leaf's edge and where it would be shut.
        angle = 2 * math.asin(gap_m / (2 * door.width_m))
    x = hinge * door.width_m / 2
    y = into * (WALL_M + 0.03)
    # A shut leaf points from the hinge across the gap; an open one is turned towards ``into``.
    heading = (math.pi if hinge > 0 else 0.0) - hinge * into * angle
    leaf = b.at(x, y, heading)
    panel = (width, height, LEAF_M)
    leaf.panel("door_leaf", panel, (width / 2, 0, height / 2 + 0.008), math.pi / 2, "door", look)
    metal = b.materials.metal()
    for face in (-1, 1):
        grip = (width - 0.08, face * 0.05, 1.02), (width - 0.2, face * 0.05, 1.02)
        leaf.capsule("door_handle", *grip, 0.011, "door", metal)
    middle_x, middle_y, _ = leaf.to_world((width / 2, 0, 0))
    turn = heading + (0.0 if door.along == "x" else math.pi / 2)
    taken.take(middle_x, middle_y, width, LEAF_M + 0.1, turn)
