"""The leaves task: pick leaves up off the ground and put them into a basket."""

from __future__ import annotations

import dataclasses
import functools

import mujoco
import numpy as np

from drive2walk.envs.scenes.appearance.colours import random_colour
from drive2walk.envs.scenes.indoor.warehouse.hall import Warehouse
from drive2walk.envs.scenes.items.thing import prepare_grip
from drive2walk.envs.scenes.scene import Scene
from drive2walk.envs.tasks.contacts import at_rest, robot_touches
from drive2walk.envs.tasks.leaf import Leaf, add_leaf
from drive2walk.envs.tasks.stages import Delivery
from drive2walk.envs.tasks.task import TaskLayout

LEAVES = ("leaf_0", "leaf_1")
LEAVES_Y_M = (-0.25, 0.25)
BASKET = "basket"
BASKET_M = (0.36, 0.36, 0.28)
BASKET_WALL_M = 0.015
STILL_M_S = 0.05
# Distance between wrist and leaf when the leaf is between the fingers.
REACH_M = 0.2


def build_leaves(seed: int) -> TaskLayout:
    """Return the task of one seed: leaves ahead of the robot, a basket to its left or right."""
    rng = np.random.default_rng([seed, 3])
    hall = Warehouse(rng)
    spec = hall.builder.spec
    prepare_grip(spec)
    side = 1.0 if rng.random() < 0.5 else -1.0
    basket = (float(rng.uniform(0.75, 0.95)), side * float(rng.uniform(0.85, 1.0)))
    wood = hall.builder.materials.tinted("boards", np.array([0.72, 0.58, 0.42]))
    hall.add_open_box(BASKET, (*basket, 0.0), BASKET_M, BASKET_WALL_M, wood)
    leaves = [_draw_leaf(hall, name, y) for name, y in zip(LEAVES, LEAVES_Y_M, strict=True)]
    start = (
        float(rng.uniform(-0.1, 0.1)),
        float(rng.uniform(-0.2, 0.2)),
        float(rng.uniform(-0.25, 0.25)),
    )
    scene = Scene(spec, hall.builder.surfaces, start, basket, hall.bounds, hall.parameters)
    parameters = {"basket": basket, "leaves": leaves}
    # A robot that stands before the leaves doesn't see the basket.
    where = "left" if side > 0 else "right"
    text = f"pick the leaves up off the ground and put them into the basket on your {where}"
    deliveries = tuple(
        Delivery(name, f"{BASKET}_floor", REACH_M, functools.partial(in_basket, leaf=name))
        for name in LEAVES
    )
    return TaskLayout(scene, text, True, leaves_in_basket, parameters, deliveries)


def leaves_in_basket(model: mujoco.MjModel, data: mujoco.MjData) -> bool:
    """Return whether each leaf is at rest in the basket and the robot touches none."""
    return all(in_basket(model, data, name) for name in LEAVES)


def in_basket(model: mujoco.MjModel, data: mujoco.MjData, leaf: str) -> bool:
    """Return whether this leaf is at rest in the basket and the robot doesn't touch it."""
    offset = data.body(leaf).xpos - data.geom(f"{BASKET}_floor").xpos
    width, depth, height = BASKET_M
    inside = abs(offset[0]) < width / 2 and abs(offset[1]) < depth / 2 and offset[2] < height
    return bool(
        inside and at_rest(model, data, leaf, STILL_M_S) and not robot_touches(model, data, leaf)
    )


def _draw_leaf(hall: Warehouse, name: str, y: float) -> tuple[float, float, float]:
    """Add a random leaf ahead of the robot, near ``y``; return its length, radius and mass."""
    rng = hall.rng
    leaf = Leaf(
        length_m=float(rng.uniform(0.12, 0.16)),
        radius_m=float(rng.uniform(0.025, 0.030)),
        mass_kg=float(rng.uniform(0.01, 0.02)),
    )
    place = (float(rng.uniform(0.75, 1.05)), y + float(rng.uniform(-0.12, 0.12)))
    autumn = random_colour(rng, (0.03, 0.14), (0.6, 0.9), (0.45, 0.85))
    look = hall.builder.materials.plain(autumn)
    add_leaf(hall.builder.spec, name, place, float(rng.uniform(-0.4, 0.4)), leaf, look)
    return dataclasses.astuple(leaf)
