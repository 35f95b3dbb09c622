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
from drive2walk.envs.tasks.task import TaskLayout

STILL_M_S = 0.03
UPRIGHT_COS = math.cos(math.radians(10))


def build_tote(seed: int) -> TaskLayout:
    """Return the task of one seed: a rack ahead of the robot, a table to its left or right."""
    rng = np.random.default_rng([seed, 1])
    hall = Warehouse(rng)
    spec = hall.builder.spec
    prepare_grip(spec)
    corner = add_tote_corner(hall.builder, (0.0, 0.0, 0.0))
    start = (
        float(rng.uniform(-0.1, 0.1)),
        float(rng.uniform(-0.2, 0.2)),
        float(rng.uniform(-0.25, 0.25)),
    )
    scene = Scene(
        spec, hall.builder.surfaces, start, corner.table[:2], hall.bounds, hall.parameters
    )
    parameters = {
        "size_m": corner.size_m,
        "mass_kg": corner.mass_kg,
        "shelf_height_m": corner.shelf_height_m,
        "table": corner.table,
        "table_height_m": corner.table_height_m,
    }
    return TaskLayout(
        scene, "carry the tote from the shelf to the table", False, tote_on_table, parameters
    )


def tote_on_table(model: mujoco.MjModel, data: mujoco.MjData) -> bool:
    """Return whether the tote is upright and at rest on the table, untouched by the robot."""
    upright = data.body(TOTE).xmat[8] > UPRIGHT_COS
    return bool(
        upright
        and body_touches_geom(model, data, TOTE, "table_top")
        and not robot_touches(model, data, TOTE)
        and at_rest(model, data, TOTE, STILL_M_S)
    )
