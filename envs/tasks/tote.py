"""The tote task: lift a box off a shelf with both palms, carry it to a table and set it down."""

from __future__ import annotations

import math

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.indoor.warehouse import Warehouse
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.tasks.contacts import at_rest, body_touches_geom, robot_touches
from drive2walk.envs.tasks.stages import Delivery
from drive2walk.envs.tasks.task import TaskLayout
from drive2walk.envs.tasks.thing import add_shape, add_thing, prepare_grip

TOTE = "tote"
WALL_M = 0.006
# Width and thickness of the rim: it protrudes, and hands carry the tote by it.
RIM_M = (0.03, 0.012)
FRICTION = 1.0
STILL_M_S = 0.03
# Distance between wrist and tote when the palm is beside it.
REACH_M = 0.32
UPRIGHT_COS = math.cos(math.radians(10))


def build_tote(seed: int) -> TaskLayout:
    """Return the task of one seed: a rack ahead of the robot, a table to its left or right."""
    rng = np.random.default_rng([seed, 1])
    hall = Warehouse(rng)
    spec = hall.builder.spec
    prepare_grip(spec)
    depth, width = float(rng.uniform(0.19, 0.21)), float(rng.uniform(0.28, 0.32))
    height, mass = float(rng.uniform(0.16, 0.20)), float(rng.uniform(0.4, 0.8))
    shelf_height = float(rng.uniform(0.72, 0.82))
    shelf_y = float(rng.uniform(-0.2, 0.2))
    boards = (0.25, shelf_height)
    hall.add_rack("shelf", (1.1, shelf_y, 0.0), (0.45, 1.1, 1.5), boards)
    side = 1.0 if rng.random() < 0.5 else -1.0
    table_x = float(rng.uniform(0.0, 0.25))
    table_height = float(rng.uniform(0.70, 0.80))
    table_pose = (table_x, side * 1.2, side * math.pi / 2)
    hall.add_table("table", table_pose, (0.6, 1.0, table_height))
    x = 1.1 + 0.03 + depth / 2 + float(rng.uniform(0, 0.03))
    y = shelf_y + float(rng.uniform(-0.12, 0.12))
    yaw = float(rng.uniform(-0.12, 0.12))
    body = add_thing(spec, TOTE, (x, y, shelf_height + 0.002), yaw)
    colour = random_colour(rng, (0, 1), (0.5, 0.9), (0.35, 0.8))
    _add_tote(body, (depth, width, height), mass, hall.builder.materials.plain(colour))
    x, y, yaw = (float(rng.uniform(-r, r)) for r in (0.1, 0.2, 0.25))
    start, goal = (x, y, yaw), (table_x, side * 1.2)
    scene = Scene(spec, hall.builder.surfaces, start, goal, hall.bounds, hall.parameters)
    parameters = {
        "size_m": (depth, width, height),
        "mass_kg": mass,
        "shelf_height_m": shelf_height,
        "table": table_pose,
        "table_height_m": table_height,
    }
    # The table is out of the robot's sight until it turns.
    where = "left" if side > 0 else "right"
    text = f"carry the tote from the shelf to the table on your {where}"
    deliveries = (Delivery(TOTE, "table_top", REACH_M, tote_on_table),)
    return TaskLayout(scene, text, False, tote_on_table, parameters, deliveries)


def tote_on_table(model: mujoco.MjModel, data: mujoco.MjData) -> bool:
    """Return whether the tote is upright and at rest on the table, untouched by the robot."""
    upright = data.body(TOTE).xmat[8] > UPRIGHT_COS
    return bool(
        upright
        and body_touches_geom(model, data, TOTE, "table_top")
        and not robot_touches(model, data, TOTE)
        and at_rest(model, data, TOTE, STILL_M_S)
    )


def _add_tote(
    body: mujoco.MjsBody, size: tuple[float, float, float], mass_kg: float, look: Look
) -> None:
    """Add an open box above its origin: a bottom, four walls and a rim on the left and right."""
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
