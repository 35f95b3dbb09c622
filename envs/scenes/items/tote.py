"""An open box that hands carry by its rim."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.items.thing import add_shape

TOTE = "tote"
WALL_M = 0.006
# Width and thickness of the rim: it protrudes, and hands carry the tote by it.
RIM_M = (0.03, 0.012)
FRICTION = 1.0


def add_tote(
    body: mujoco.MjsBody, size: tuple[float, float, float], mass_kg: float, look: Look
) -> None:
    """Add the shapes of a tote above the origin of its body.

    It is an open box: a bottom, four walls and a rim on the left and on the right.

    Args:
        body: The free body.
        size: Depth, width and height without the rims, in metres.
        mass_kg: Mass of the whole tote.
        look: Look of all its sides.
    """
    depth, width, height = size
    middle = height / 2
    walls = {
        "bottom": ((depth, width, WALL_M), (0.0, 0.0, WALL_M / 2)),
        "front": ((WALL_M, width, height), (-depth / 2 + WALL_M / 2, 0.0, middle)),
        "back": ((WALL_M, width, height), (depth / 2 - WALL_M / 2, 0.0, middle)),
        "left": ((depth, WALL_M, height), (0.0, width / 2 - WALL_M / 2, middle)),
        "right": ((depth, WALL_M, height), (0.0, -width / 2 + WALL_M / 2, middle)),
    }
    rim, thick = RIM_M
    for name, side in (("rim_left", 1.0), ("rim_right", -1.0)):
        centre = (0.0, side * (width + rim) / 2, height - thick / 2)
        walls[name] = ((depth, rim, thick), centre)
    area = sum(np.prod(sorted(s)[1:]) for s, _ in walls.values())
    for name, (box, centre) in walls.items():
        fraction = float(np.prod(sorted(box)[1:]) / area)
        add_shape(
            body,
            f"{TOTE}_{name}",
            mujoco.mjtGeom.mjGEOM_BOX,
            box,
            centre,
            look,
            mass_kg=fraction * mass_kg,
            friction=FRICTION,
        )
