"""Sorts parts with the right hand: grasps from the side, lifts, lets go over the bin."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.sort import EDGE_X_M, PARTS
from drive2walk.envs.tasks.task import WorldPose
from drive2walk.teleop.scripts.pilot import LEFT, UP, Array, Manner, Pilot, Script, turn

RIGHT = 1
# From the right wrist to the middle of what its fingers close around, m.
GRASP = np.array([0.118, 0.064, 0.0])
# The hand is raised to here before the robot steps up to the table, and carries parts here: ahead
# of and right of the pelvis, near the body, for an arm that is held far out pulls the robot along;
# and so far above the table that a part in it passes over the parts that stand there.
READY_M, CARRY_M = (0.16, -0.23), 0.24
STAND_M, BACK_M = 0.22, 0.3
# The robot stands so that what it reaches for is this far to its right.
RIGHTWARDS_M = 0.17
ASIDE_M, OVER_M, DROP_M = 0.09, 0.14, 0.09
GRIP_HEIGHT_M = 0.056
# The hand waits for the base's sway to leave it this near to where it should be.
NEAR_M = 0.02
# At the table the base only corrects what has become too far, and gently.
STEADY = Manner(walk_m_s=0.15, gain_hz=0.6, drift_m_s=0.03, near_m=0.04, hand_m_s=0.15)


def sort_parts(pilot: Pilot) -> Script:
    """Put each part into its bin, the rightmost first so that none stands in the hand's way."""
    world = pilot.world
    rest = pilot.hands[RIGHT]
    before = EDGE_X_M - STAND_M - BACK_M
    yield from pilot.walk_to(before, 0.0, 0.0)
    _ready(pilot)
    yield from pilot.arrive()
    pilot.manner = STEADY
    bins = world.layout.parameters["bins"]
    for k in sorted(range(len(PARTS)), key=lambda k: world.body(PARTS[k]).position[1]):
        yield from _stand_left_of(pilot, world.body(PARTS[k]).position)
        yield from _pick(pilot, world.body(PARTS[k]).position)
        yield from _stand_left_of(pilot, np.array(bins[k]))
        yield from _drop(pilot, np.array(bins[k]))
    yield from pilot.walk_to(before, float(pilot.station[1]), 0.0)
    pilot.aim(RIGHT, rest, in_world=False)
    yield from pilot.arrive()


def _stand_left_of(pilot: Pilot, place: Array) -> Script:
    """Step sideways along the table until a place is in front of the right hand."""
    yield from pilot.walk_to(EDGE_X_M - STAND_M, place[1] + RIGHTWARDS_M, 0.0)


def _pick(pilot: Pilot, part: Array) -> Script:
    """Close the hand around the part that stands at ``part`` and lift it."""
    grip = part + GRIP_HEIGHT_M * UP
    beside = grip - ASIDE_M * LEFT
    for place in (beside + OVER_M * UP, beside, grip):
        _aim(pilot, place)
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT, NEAR_M, 0.1)
    pilot.grasp[RIGHT] = 1.0
    yield from pilot.wait(0.8)
    _aim(pilot, grip + OVER_M * UP)
    yield from pilot.arrive(settle_s=0.2)
    _ready(pilot)
    yield from pilot.arrive(settle_s=0.0)


def _drop(pilot: Pilot, bin_floor: Array) -> Script:
    """Bring the part over the bin, open the hand, and raise it."""
    above = bin_floor + (GRIP_HEIGHT_M + OVER_M) * UP
    for place in (above, bin_floor + (GRIP_HEIGHT_M + DROP_M) * UP):
        _aim(pilot, place)
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT, 2 * NEAR_M, 0.1)
    pilot.grasp[RIGHT] = 0.0
    yield from pilot.wait(0.6)
    _aim(pilot, above)
    yield from pilot.arrive(settle_s=0.0)
    _ready(pilot)
    yield from pilot.arrive(settle_s=0.0)


def _ready(pilot: Pilot) -> None:
    """Bring the right hand to where it carries, in the base frame."""
    table = pilot.world.layout.parameters["table_height_m"]
    height = table + CARRY_M - pilot.world.base.position[2]
    pilot.aim(RIGHT, WorldPose(np.array([*READY_M, height]), turn(0.0)), in_world=False)


def _aim(pilot: Pilot, place: Array) -> None:
    """Bring the middle of the right hand's grasp to a place in the world, fingers forwards."""
    pilot.aim(RIGHT, WorldPose(place - GRASP, turn(0.0)), in_world=True)
