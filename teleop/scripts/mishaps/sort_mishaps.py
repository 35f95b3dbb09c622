"""Mishaps of the sort task: the robot, a part or an arm is not where a good start has it."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.sort import BIN_WALL_M, EDGE_X_M, PARTS
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply, quat_rotate
from drive2walk.teleop.scripts.mishaps.arrange import (
    close_around,
    is_robot_clear,
    lay_down,
    put_base,
    put_thing,
    reach_out,
)
from drive2walk.teleop.scripts.mishaps.draw import OFF_M, Mishap, draw_hands, draw_offsets
from drive2walk.teleop.scripts.motion.axes import AHEAD, RIGHT_HAND, UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.grip import find_grip
from drive2walk.teleop.scripts.motion.pilot import Pilot
from drive2walk.teleop.scripts.sort import GRIP_HEIGHT_M, STAND_M, find_ready_pose

# Where a part may be moved to: behind the table's edge and to both sides of the middle, in metres,
# and its smallest distance from the other part.
MOVED_X_M, MOVED_Y_M, APART_M = (0.07, 0.19), 0.22, 0.12
# A part is put this far above what it comes to rest on.
GAP_M = 0.001


def move_base(world: TaskWorld, rng: Generator) -> bool:
    """Put the robot where it works at the table, but up to 10 cm and 10 degrees off."""
    dx, dy, turn = draw_offsets(rng)
    y = float(rng.uniform(-0.2, 0.4))
    put_base(world, EDGE_X_M - STAND_M - OFF_M + dx, y + dy, turn)
    return is_robot_clear(world)


def move_part(world: TaskWorld, rng: Generator) -> bool:
    """Put a part to another place on the table, turned by any angle."""
    part = PARTS[int(rng.integers(len(PARTS)))]
    turn = float(rng.uniform(-np.pi, np.pi))
    return _put_on_table(world, rng, part, quat_from_yaw(turn))


def knock_over_part(world: TaskWorld, rng: Generator) -> bool:
    """Lay a part on its side somewhere on the table."""
    part = PARTS[int(rng.integers(len(PARTS)))]
    turn = quat_from_yaw(float(rng.uniform(-np.pi, np.pi)))
    return _put_on_table(
        world, rng, part, quat_multiply(turn, quat_from_axis_angle(AHEAD, np.array(np.pi / 2)))
    )


def put_arm_out(world: TaskWorld, rng: Generator) -> bool:
    """Put both hands somewhere free, open or closed around nothing."""
    put_base(world, float(rng.uniform(0.0, EDGE_X_M - STAND_M)), float(rng.uniform(-0.2, 0.4)), 0.0)
    hands, grasps = draw_hands(rng, (0.0, 0.35))
    return reach_out(world, hands, grasps)


def put_part_in_hand(world: TaskWorld, rng: Generator) -> bool:
    """Put a part between the closed fingers of the right hand, away from the table or at it."""
    put_base(world, float(rng.uniform(0.0, EDGE_X_M - STAND_M)), float(rng.uniform(-0.2, 0.4)), 0.0)
    pilot = Pilot(world)
    shift = rng.uniform([-0.02, -0.1, 0.0], [0.15, 0.05, 0.1])
    ready = find_ready_pose(pilot)
    hands = [pilot.home[0], Pose(ready.position + shift, ready.quat)]
    if not reach_out(world, hands, np.zeros(2)):
        return False
    part = PARTS[int(rng.integers(len(PARTS)))]
    put_thing(world, part, find_grip(world) - GRIP_HEIGHT_M * UP, world.hand(RIGHT_HAND).quat)
    return close_around(world, part)


def put_part_in_wrong_bin(world: TaskWorld, rng: Generator) -> bool:
    """Put a part into the bin of the other colour."""
    return _put_in_bin(world, rng, wrong=True)


def finish_half(world: TaskWorld, rng: Generator) -> bool:
    """Put a part into its own bin."""
    return _put_in_bin(world, rng, wrong=False)


def _put_in_bin(world: TaskWorld, rng: Generator, *, wrong: bool) -> bool:
    """Put a part into a bin of the wrong or the right colour."""
    k = int(rng.integers(len(PARTS)))
    bin_ = np.array(world.layout.parameters["bins"][1 - k if wrong else k])
    shift = np.array([*rng.uniform(-0.03, 0.03, 2), BIN_WALL_M + GAP_M])
    return lay_down(world, PARTS[k], bin_ + shift, quat_from_yaw(float(rng.uniform(-0.5, 0.5))))


def _put_on_table(world: TaskWorld, rng: Generator, part: str, quat: Array) -> bool:
    """Put a part somewhere on the table; return whether it came to rest apart from the others."""
    x = EDGE_X_M + float(rng.uniform(*MOVED_X_M))
    y = float(rng.uniform(-MOVED_Y_M, MOVED_Y_M))
    edge, _, tall = world.layout.parameters["part_sizes_m"][PARTS.index(part)]
    up = quat_rotate(quat, UP)
    half = abs(up[2]) * tall / 2 + (1 - abs(up[2])) * edge / 2
    height = world.layout.parameters["table_height_m"] + half + GAP_M
    place = np.array([x, y, height]) - tall / 2 * up
    other = world.body(PARTS[1 - PARTS.index(part)]).position
    if np.linalg.norm((other - place)[:2]) < APART_M:
        return False
    return lay_down(world, part, place, quat)


MISHAPS: dict[str, Mishap] = {
    "base moved": move_base,
    "part moved": move_part,
    "part knocked over": knock_over_part,
    "arm out": put_arm_out,
    "part in the hand": put_part_in_hand,
    "part in the wrong bin": put_part_in_wrong_bin,
    "half done": finish_half,
}
