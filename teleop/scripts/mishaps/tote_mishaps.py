"""Mishaps of the tote task: the robot, the tote or an arm is not where a good start has it."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.appearance.colours import Generator
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.envs.tasks.tote import TOTE
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate
from drive2walk.teleop.scripts.mishaps.arrange import (
    act_in_place,
    is_robot_clear,
    lay_down,
    put_base,
    put_thing,
    reach_out,
    stays_still,
)
from drive2walk.teleop.scripts.mishaps.draw import OFF_M, Mishap, draw_hands, draw_offsets
from drive2walk.teleop.scripts.motion.axes import AHEAD, UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.palms import aim_palms
from drive2walk.teleop.scripts.motion.pilot import Pilot
from drive2walk.teleop.scripts.tote import AHEAD_M, GRIP_BELOW_TOP_M, OPEN_M, PRESS_M

# How far the tote is moved on the shelf: towards the edge, away from it and to either side, in
# metres, and turned to either side.
MOVED_X_M, MOVED_Y_M, TURNED_RAD = (-0.05, 0.05), 0.1, np.radians(20)
# Height of a held tote's grip above the pelvis, in metres.
HELD_HEIGHT_M = (0.10, 0.20)
GAP_M = 0.001


def move_base(world: TaskWorld, rng: Generator) -> bool:
    """Put the robot where it lifts the tote, but up to 10 cm and 10 degrees off."""
    dx, dy, turn = draw_offsets(rng)
    tote = world.body(TOTE)
    x, y, _ = tote.position - (AHEAD_M + OFF_M) * quat_rotate(tote.quat, AHEAD)
    put_base(world, x + dx, y + dy, turn)
    return is_robot_clear(world)


def move_tote(world: TaskWorld, rng: Generator) -> bool:
    """Move the tote on the shelf and turn it."""
    tote = world.body(TOTE)
    dx, dy = float(rng.uniform(*MOVED_X_M)), float(rng.uniform(-MOVED_Y_M, MOVED_Y_M))
    turn = quat_from_yaw(float(rng.uniform(-TURNED_RAD, TURNED_RAD)))
    place = tote.position + np.array([dx, dy, GAP_M])
    return lay_down(world, TOTE, place, quat_multiply(turn, tote.quat))


def put_arm_out(world: TaskWorld, rng: Generator) -> bool:
    """Put both hands somewhere free, before the shelf or at it."""
    y = float(world.body(TOTE).position[1])
    put_base(world, float(rng.uniform(0.0, 0.75)), y + float(rng.uniform(-0.1, 0.1)), 0.0)
    hands, grasps = draw_hands(rng, (0.0, 0.35))
    return reach_out(world, hands, grasps)


def put_tote_in_hands(world: TaskWorld, rng: Generator) -> bool:
    """Put the tote between the palms of a robot that stands on open ground, turned by any angle."""
    side = np.sign(world.layout.parameters["table"][2])
    yaw = side * float(rng.uniform(0.0, np.pi / 2))
    put_base(world, float(rng.uniform(0.0, 0.25)), float(rng.uniform(-0.2, 0.2)), yaw)
    size = np.array(world.layout.parameters["size_m"])
    pilot = Pilot(world)
    height = float(rng.uniform(*HELD_HEIGHT_M))
    grip = Pose(np.array([AHEAD_M, 0.0, height]), quat_from_yaw(0.0))
    aim_palms(pilot, grip, size[1] / 2 + OPEN_M, in_world=False)
    act_in_place(world, pilot, pilot.arrive())
    held = pilot.to_world(grip)
    place = held.position - (size[2] - GRIP_BELOW_TOP_M) * UP
    put_thing(world, TOTE, place, held.quat)
    aim_palms(pilot, grip, size[1] / 2 - PRESS_M, in_world=False)
    act_in_place(world, pilot, pilot.arrive(settle_s=0.5), held=TOTE)
    act_in_place(world, pilot, pilot.wait(0.6))
    return stays_still(world, TOTE, place)


MISHAPS: dict[str, Mishap] = {
    "base moved": move_base,
    "tote moved": move_tote,
    "arm out": put_arm_out,
    "tote in the hands": put_tote_in_hands,
}
