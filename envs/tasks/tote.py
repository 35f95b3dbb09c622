"""The tote task: lift a box off a shelf with both palms, carry it to a table and set it down."""

from __future__ import annotations

import math

import mujoco
import numpy as np

from drive2walk.envs.scenes.indoor.warehouse.hall import Warehouse
from drive2walk.envs.scenes.indoor.warehouse.tote_corner import add_tote_corner
from drive2walk.envs.scenes.items.thing import prepare_grip
from drive2walk.envs.scenes.items.tote import TOTE
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.tasks.contacts import at_rest, body_touches_geom, robot_touches
from drive2walk.envs.tasks.stages import Delivery
from drive2walk.envs.tasks.task import TaskLayout

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
    corner = add_tote_corner(hall.builder, (0.0, 0.0, 0.0))
    x, y, yaw = (float(rng.uniform(-r, r)) for r in (0.1, 0.2, 0.25))
    start, goal = (x, y, yaw), corner.table[:2]
    scene = Scene(spec, hall.builder.surfaces, start, goal, hall.bounds, hall.parameters)
    parameters = {
        "size_m": corner.size_m,
        "mass_kg": corner.mass_kg,
        "shelf_height_m": corner.shelf_height_m,
        "table": corner.table,
        "table_height_m": corner.table_height_m,
    }
    # The table is out of the robot's sight until it turns.
    where = "left" if corner.table_side > 0 else "right"
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
