"""Sorts parts with the right hand: grasp from the side, lift, release over the bin."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.sort import EDGE_X_M, PARTS
from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.arrays import Array
from drive2walk.teleop.scripts.axes import LEFT, RIGHT_GRASP, RIGHT_HAND, UP, quat_from_yaw
from drive2walk.teleop.scripts.manner import Manner
from drive2walk.teleop.scripts.pilot import Pilot, Script

# Position of the hand before the robot steps up to the table, and while it carries parts: forward
# and left of the pelvis, and above the table top, in metres. It is near the body, because an arm
# that is held far out pulls the robot along, and so high that a carried part passes over the
# parts on the table.
READY_M, CARRY_M = (0.16, -0.23), 0.24
# Distance of the pelvis from the table's edge while working, and the further way back from it.
STAND_M, BACK_M = 0.22, 0.3
# Distance to the right of the pelvis at which the robot reaches for things.
RIGHTWARDS_M = 0.17
# Distance beside and above a part, and above a bin's floor, on the hand's way.
ASIDE_M, OVER_M, DROP_M = 0.09, 0.14, 0.09
GRIP_HEIGHT_M = 0.056
# The hand waits until the sway of the base leaves it this near to its goal.
NEAR_M = 0.02
# At the table the base corrects only larger errors, and gently.
STEADY = Manner(walk_m_s=0.15, gain_hz=0.6, drift_m_s=0.03, near_m=0.04, hand_m_s=0.15)


def sort_parts(pilot: Pilot) -> Script:
    """Put each part into its bin, the rightmost first so that none is in the hand's way."""
    world = pilot.world
    rest = pilot.hands[RIGHT_HAND]
    before = EDGE_X_M - STAND_M - BACK_M
    yield from pilot.walk_to(before, 0.0, 0.0)
    _make_ready(pilot)
    yield from pilot.arrive()
    pilot.manner = STEADY
    bins = world.layout.parameters["bins"]
    for k in sorted(range(len(PARTS)), key=lambda k: world.body(PARTS[k]).position[1]):
        yield from _stand_left_of(pilot, world.body(PARTS[k]).position)
        yield from _pick_up(pilot, world.body(PARTS[k]).position)
        yield from _stand_left_of(pilot, np.array(bins[k]))
        yield from _drop(pilot, np.array(bins[k]))
    yield from pilot.walk_to(before, float(pilot.station.goal[1]), 0.0)
    pilot.aim(RIGHT_HAND, rest, in_world=False)
    yield from pilot.arrive()


def _stand_left_of(pilot: Pilot, place: Array) -> Script:
    """Step sideways along the table until a place is in front of the right hand."""
    yield from pilot.walk_to(EDGE_X_M - STAND_M, place[1] + RIGHTWARDS_M, 0.0)


def _pick_up(pilot: Pilot, part: Array) -> Script:
    """Close the hand around the part at ``part`` and lift it."""
    grip = part + GRIP_HEIGHT_M * UP
    beside = grip - ASIDE_M * LEFT
    for place in (beside + OVER_M * UP, beside, grip):
        _aim_grasp(pilot, place)
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT_HAND, NEAR_M, 0.1)
    pilot.grasp[RIGHT_HAND] = 1.0
    yield from pilot.wait(0.8)
    _aim_grasp(pilot, grip + OVER_M * UP)
    yield from pilot.arrive(settle_s=0.2)
    _make_ready(pilot)
    yield from pilot.arrive(settle_s=0.0)


def _drop(pilot: Pilot, bin_floor: Array) -> Script:
    """Bring the part over the bin, open the hand, and raise it."""
    above = bin_floor + (GRIP_HEIGHT_M + OVER_M) * UP
    for place in (above, bin_floor + (GRIP_HEIGHT_M + DROP_M) * UP):
        _aim_grasp(pilot, place)
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT_HAND, 2 * NEAR_M, 0.1)
    pilot.grasp[RIGHT_HAND] = 0.0
    yield from pilot.wait(0.6)
    _aim_grasp(pilot, above)
    yield from pilot.arrive(settle_s=0.0)
    _make_ready(pilot)
    yield from pilot.arrive(settle_s=0.0)


def _make_ready(pilot: Pilot) -> None:
    """Aim the right hand at the pose in which it carries, in the base frame."""
    table = pilot.world.layout.parameters["table_height_m"]
    height = table + CARRY_M - pilot.world.base.position[2]
    ready = Pose(np.array([*READY_M, height]), quat_from_yaw(0.0))
    pilot.aim(RIGHT_HAND, ready, in_world=False)


def _aim_grasp(pilot: Pilot, place: Array) -> None:
    """Aim the middle of the right hand's grasp at a place in the world, fingers forwards."""
    pilot.aim(RIGHT_HAND, Pose(place - RIGHT_GRASP, quat_from_yaw(0.0)), in_world=True)
