"""Tests of success, with things that are put where a robot would bring them."""

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.scenes.items.tote import TOTE
from drive2walk.envs.tasks.leaves import BASKET, BASKET_M, LEAVES
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.sort import BINS, PARTS
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.robot.geometry.transforms import quat_from_axis_angle

UP = np.array([0.0, 0.0, 1.0])


def put(world: TaskWorld, body: str, position: NDArray[np.float64], tilt_rad: float = 0.0) -> None:
    quat = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), np.array(tilt_rad))
    world.data.joint(body).qpos = [*position, *quat]
    world.data.joint(body).qvel = 0.0


def settle(world: TaskWorld) -> bool:
    """Let the things come to rest while the robot stands, and return whether the task is done."""
    targets = world.spec.home_qpos
    fingers = world.spec.fingers
    opened = fingers.targets(np.zeros(2)) if fingers else np.zeros(0)
    for _ in range(20):
        world.step(targets, opened)
    return world.success()


def on_table(world: TaskWorld, height_m: float = 0.002) -> NDArray[np.float64]:
    top = world.data.geom("table_top")
    return top.xpos + (world.model.geom("table_top").size[2] + height_m) * UP


def test_a_tote_that_stands_on_the_table_is_a_success() -> None:
    world = build_task({"task": "tote", "seed": 3})
    put(world, TOTE, on_table(world))
    assert settle(world)


def test_a_tote_in_the_air_or_upside_down_is_no_success() -> None:
    world = build_task({"task": "tote", "seed": 3})
    put(world, TOTE, on_table(world, 0.1))
    mujoco.mj_forward(world.model, world.data)
    assert not world.success()
    size = world.layout.parameters["size_m"]
    put(world, TOTE, on_table(world, size[2] + 0.002), tilt_rad=np.pi)
    assert not settle(world)


def test_a_tote_that_the_robot_touches_is_no_success() -> None:
    world = build_task({"task": "tote", "seed": 3})
    put(world, TOTE, on_table(world))
    assert settle(world)
    # At the hand, tote and robot overlap, and the table is no longer below.
    put(world, TOTE, world.hand(0).position - [0.0, 0.0, 0.1])
    mujoco.mj_forward(world.model, world.data)
    assert not world.success()


def test_parts_count_only_in_the_bin_of_their_colour() -> None:
    world = build_task({"task": "sort", "seed": 4})
    floors = [world.data.geom(f"{name}_floor").xpos + 0.005 * UP for name in BINS]
    for part, floor in zip(PARTS, floors, strict=True):
        put(world, part, floor)
    assert settle(world)
    world.reset()
    for part, floor in zip(PARTS, reversed(floors), strict=True):
        put(world, part, floor)
    assert not settle(world)


def test_leaves_count_only_in_the_basket_and_all_of_them() -> None:
    world = build_task({"task": "leaves", "seed": 4})
    bottom = world.data.geom(f"{BASKET}_floor").xpos + 0.02 * UP
    for leaf, aside in zip(LEAVES, (-0.08, 0.08), strict=True):
        assert not world.success()
        put(world, leaf, bottom + np.array([aside, 0.0, 0.0]))
    assert settle(world)
    # On the rim, and beside the basket.
    put(world, LEAVES[0], bottom + BASKET_M[2] * UP)
    mujoco.mj_forward(world.model, world.data)
    assert not world.success()
    put(world, LEAVES[0], bottom + np.array([BASKET_M[0], 0.0, 0.0]))
    assert not settle(world)
