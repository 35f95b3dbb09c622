"""Mishaps of the leaves task: the robot, a leaf or an arm is not where a good start has it."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.leaf import THICKNESS_M
from drive2walk.envs.tasks.leaves import BASKET_M, LEAVES
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_conjugate,
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate,
)
from drive2walk.teleop.scripts.leaves import ASIDE, GRIP_HEIGHT_M, LEAF_AHEAD_M, READY
from drive2walk.teleop.scripts.mishaps.arrange import (
    close_around,
    is_robot_clear,
    lay_down,
    put_base,
    put_thing,
    reach_out,
)
from drive2walk.teleop.scripts.mishaps.draw import Mishap, draw_hands, draw_offsets
from drive2walk.teleop.scripts.motion.axes import LEFT, RIGHT_HAND, UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.grip import PALM_DOWN, find_grip

# Where a leaf may be moved to, x and y in metres, and its smallest distance from the other leaf and
# from the basket's middle.
MOVED_LOW_M, MOVED_HIGH_M, APART_M, BASKET_APART_M = (0.65, -0.5), (1.15, 0.5), 0.25, 0.45
# Distance of a leaf from the basket's wall when it was dropped beside it, in metres.
BESIDE_M = (0.12, 0.22)
# A leaf is put this far above what it comes to rest on.
GAP_M = 0.003


def move_base(world: TaskWorld, rng: Generator) -> bool:
    """Put the robot where it picks up a leaf, but up to 10 cm and 10 degrees off."""
    leaf = _draw_leaf(rng)
    dx, dy, turn = draw_offsets(rng)
    x, y, _ = world.body(leaf).position
    put_base(world, x - LEAF_AHEAD_M + dx, y + dy, turn)
    return is_robot_clear(world)


def move_leaf(world: TaskWorld, rng: Generator) -> bool:
    """Put a leaf to another place on the ground, turned by any angle."""
    quat = quat_from_yaw(float(rng.uniform(-np.pi, np.pi)))
    return _put_on_ground(world, rng.uniform(MOVED_LOW_M, MOVED_HIGH_M), quat, _draw_leaf(rng))


def turn_over_leaf(world: TaskWorld, rng: Generator) -> bool:
    """Turn a leaf over, so that it lies on its side or on its edges."""
    leaf = _draw_leaf(rng)
    roll = quat_from_axis_angle(LEFT, np.array(rng.uniform(np.pi / 2, 3 * np.pi / 2)))
    quat = quat_multiply(world.body(leaf).quat, roll)
    return _put_on_ground(world, world.body(leaf).position[:2], quat, leaf)


def drop_leaf_beside_basket(world: TaskWorld, rng: Generator) -> bool:
    """Put a leaf onto the ground in front of the basket or on its inner side."""
    x, y = world.layout.parameters["basket"]
    away = BASKET_M[0] / 2 + float(rng.uniform(*BESIDE_M))
    along = float(rng.uniform(-0.15, 0.15))
    place = [(x - away, y + along), (x + along, y - np.sign(y) * away)][int(rng.integers(2))]
    quat = quat_from_yaw(float(rng.uniform(-np.pi, np.pi)))
    return _put_on_ground(world, np.array(place), quat, _draw_leaf(rng), beside=True)


def put_arm_out(world: TaskWorld, rng: Generator) -> bool:
    """Put both hands somewhere free, open or closed around nothing."""
    hands, grasps = draw_hands(rng, (0.0, 0.3))
    return reach_out(world, hands, grasps)


def put_leaf_in_hand(world: TaskWorld, rng: Generator) -> bool:
    """Put a leaf between the closed fingers of the right hand, anywhere before the basket."""
    put_base(world, *(float(rng.uniform(*r)) for r in ((-0.1, 0.3), (-0.3, 0.3), (-0.3, 0.3))))
    shift = rng.uniform([0.0, -0.05, 0.0], [0.12, 0.15, 0.15])
    if not reach_out(world, [ASIDE, Pose(READY.position + shift, READY.quat)], np.zeros(2)):
        return False
    leaf = _draw_leaf(rng)
    quat = quat_multiply(world.hand(RIGHT_HAND).quat, quat_conjugate(PALM_DOWN))
    place = find_grip(world) - GRIP_HEIGHT_M * quat_rotate(quat, UP)
    put_thing(world, leaf, place, quat)
    return close_around(world, leaf)


def finish_half(world: TaskWorld, rng: Generator) -> bool:
    """Put a leaf into the basket."""
    leaf = _draw_leaf(rng)
    place = np.array([*world.layout.parameters["basket"], 0.03])
    return lay_down(world, leaf, place, quat_from_yaw(float(rng.uniform(-np.pi, np.pi))))


def _draw_leaf(rng: Generator) -> str:
    return LEAVES[int(rng.integers(len(LEAVES)))]


def _put_on_ground(
    world: TaskWorld, place: Array, quat: Array, leaf: str, *, beside: bool = False
) -> bool:
    """Put a leaf onto the ground; return whether it came to rest apart from what is there.

    Args:
        world: The task.
        place: x and y in metres, (2,).
        quat: Orientation, (4,) wxyz.
        leaf: Name of the leaf.
        beside: Whether the leaf may lie beside the basket.
    """
    other = world.body(LEAVES[1 - LEAVES.index(leaf)]).position[:2]
    basket = np.array(world.layout.parameters["basket"])
    if np.linalg.norm(place - other) < APART_M:
        return False
    if not beside and np.linalg.norm(place - basket) < BASKET_APART_M:
        return False
    # The leaf's origin is on its midrib; turned over, it lies one diameter above the ground.
    _, radius, _ = world.layout.parameters["leaves"][LEAVES.index(leaf)]
    height = radius * (1 - quat_rotate(quat, UP)[2]) + THICKNESS_M + GAP_M
    at = np.array([*place, height])
    return lay_down(world, leaf, at, quat)


MISHAPS: dict[str, Mishap] = {
    "base moved": move_base,
    "leaf moved": move_leaf,
    "leaf turned over": turn_over_leaf,
    "leaf beside the basket": drop_leaf_beside_basket,
    "arm out": put_arm_out,
    "leaf in the hand": put_leaf_in_hand,
    "half done": finish_half,
}
