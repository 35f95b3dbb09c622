"""The sort task: put each part on a table into the bin of its colour."""

from __future__ import annotations

import functools

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator, random_colour
from drive2walk.envs.scenes.appearance.materials import Look
from drive2walk.envs.scenes.indoor.warehouse.hall import Warehouse
from drive2walk.envs.scenes.items.thing import add_shape, add_thing, prepare_grip
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.tasks.contacts import at_rest, robot_touches
from drive2walk.envs.tasks.stages import Delivery
from drive2walk.envs.tasks.task import TaskLayout

PARTS = ("part_0", "part_1")
BINS = ("bin_0", "bin_1")
# Position of the table's front edge; the robot starts in front of it.
EDGE_X_M = 0.75
BIN_M = (0.20, 0.20, 0.07)
BIN_Y_M = 0.42
BIN_WALL_M = 0.008
# Plastic on wood: a part slides under a side force and doesn't tip over.
FRICTION = 0.5
STILL_M_S = 0.03
# Distance between wrist and part when the part is between the fingers.
REACH_M = 0.2


def build_sort(seed: int) -> TaskLayout:
    """Return the task of one seed: a table ahead, two parts in the middle, a bin at each end."""
    rng = np.random.default_rng([seed, 2])
    hall = Warehouse(rng)
    spec = hall.builder.spec
    prepare_grip(spec)
    height = float(rng.uniform(0.72, 0.80))
    hall.add_table("table", (EDGE_X_M, 0.0, 0.0), (0.6, 1.5, height))
    hue = float(rng.uniform(0, 1))
    looks = [
        hall.builder.materials.plain(random_colour(rng, (h, h + 0.08), (0.6, 0.95), (0.5, 0.9)))
        for h in (hue, hue + 0.45)
    ]
    bins = _add_bins(hall, looks, height)
    order = rng.permutation(len(PARTS))
    sizes = [_add_part(spec, rng, k, int(order[k]), looks[k], height) for k in range(len(PARTS))]
    x, y, yaw = (float(rng.uniform(-r, r)) for r in (0.08, 0.1, 0.15))
    scene = Scene(
        spec, hall.builder.surfaces, (x, y, yaw), (EDGE_X_M, 0.0), hall.bounds, hall.parameters
    )
    parameters = {"table_height_m": height, "bins": bins, "part_sizes_m": sizes}
    text = "put each part into the bin of its colour"
    deliveries = tuple(
        Delivery(p, f"{b}_floor", REACH_M, functools.partial(in_bin, part=p, bin_name=b))
        for p, b in zip(PARTS, BINS, strict=True)
    )
    return TaskLayout(scene, text, True, parts_sorted, parameters, deliveries)


def parts_sorted(model: mujoco.MjModel, data: mujoco.MjData) -> bool:
    """Return whether each part is at rest in the bin of its colour and the robot touches none."""
    return all(in_bin(model, data, p, b) for p, b in zip(PARTS, BINS, strict=True))


def in_bin(model: mujoco.MjModel, data: mujoco.MjData, part: str, bin_name: str) -> bool:
    """Return whether this part is at rest in this bin and the robot doesn't touch it."""
    floor = data.geom(f"{bin_name}_floor").xpos
    offset = np.abs(data.body(part).xpos - floor)
    inside = offset[0] < BIN_M[0] / 2 and offset[1] < BIN_M[1] / 2 and offset[2] < BIN_M[2] + 0.06
    return bool(
        inside and at_rest(model, data, part, STILL_M_S) and not robot_touches(model, data, part)
    )


def _add_bins(
    hall: Warehouse, looks: list[Look], height: float
) -> list[tuple[float, float, float]]:
    """Add a bin of each colour at the ends of the table; return the middles of their undersides."""
    rng = hall.rng
    sides = [(BIN_Y_M, -BIN_Y_M), (-BIN_Y_M, BIN_Y_M)][int(rng.integers(2))]
    middles = []
    for name, look, y in zip(BINS, looks, sides, strict=True):
        x = EDGE_X_M + 0.14 + float(rng.uniform(-0.01, 0.02))
        middle = (x, y + float(rng.uniform(-0.03, 0.03)), height)
        hall.add_open_box(name, middle, BIN_M, BIN_WALL_M, look)
        middles.append(middle)
    return middles


def _add_part(
    spec: mujoco.MjSpec, rng: Generator, index: int, place: int, look: Look, height: float
) -> tuple[float, float, float]:
    """Add a part that stands on the table at one of two places; return its size in metres."""
    edge, tall = float(rng.uniform(0.046, 0.054)), float(rng.uniform(0.09, 0.11))
    x = EDGE_X_M + 0.11 + float(rng.uniform(-0.015, 0.015))
    y = (-0.09, 0.09)[place] + float(rng.uniform(-0.025, 0.025))
    body = add_thing(spec, PARTS[index], (x, y, height + 0.001), float(rng.uniform(-0.2, 0.2)))
    kind = (mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_CYLINDER)[index]
    size = (edge, edge, tall)
    mass = float(rng.uniform(0.08, 0.2))
    add_shape(
        body, PARTS[index], kind, size, (0.0, 0.0, tall / 2), look, mass_kg=mass, friction=FRICTION
    )
    return size
