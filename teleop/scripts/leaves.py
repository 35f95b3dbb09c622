"""Gathers leaves with the right hand: stoops, closes the fingers over a leaf, rises, lets go."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.tasks.leaves import BASKET_M, LEAVES, in_basket
from drive2walk.envs.tasks.task import WorldPose
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply, quat_rotate
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.scripts.pilot import LEFT, UP, Array, Manner, Pilot, Script, turn

LEFT_HAND, RIGHT_HAND = 0, 1
AHEAD = np.array([1.0, 0.0, 0.0])
# The palm faces the ground and the fingers point ahead and this far down, so that fingers and
# thumb reach the ground together.
DIP_RAD = math.radians(25)
PALM_DOWN = quat_multiply(
    quat_from_axis_angle(LEFT, np.array(DIP_RAD)),
    quat_from_axis_angle(AHEAD, np.array(-math.pi / 2)),
)
# From the right wrist to the middle of what its fingers close around, m, and how high above the
# ground that comes.
GRASP = np.array([0.118, 0.064, 0.0])
GRIP_HEIGHT_M = 0.012
# Where the hand carries, in the base frame: as low as it gets without a bent waist, and with its
# palm to the side, for out of fingers that hold it from above each step shakes a leaf a little.
# To stoop it goes ahead, so that the arm comes down before the knees; the left keeps off the thigh.
READY = WorldPose(np.array([0.22, -0.24, 0.08]), turn(0.0))
BEFORE_KNEES = WorldPose(np.array([0.36, -0.05, 0.08]), PALM_DOWN)
ASIDE = WorldPose(np.array([0.05, 0.34, 0.05]), turn(0.0))
# The robot stands so that the leaf is this far ahead of it; the basket's middle is ahead of it
# and to its right.
LEAF_AHEAD_M, BASKET_AHEAD_M, BASKET_RIGHT_M = 0.41, 0.40, 0.15
# How far from the basket it walks sideways.
CLEAR_M = 0.3
STOOP_M, STAND_M = 0.45, OperatorLimits().standing_m
ABOVE_LEAF_M, ABOVE_BASKET_M = 0.10, 0.22
# A stretched arm and a bent waist give way: the hand is told to go beyond by what it lacks, at
# most this far.
GIVE_M = 0.03
# A leaf this near to the middle of the grasp is in the hand.
HELD_M = 0.07
# Fingers that open at once throw the leaf out of the basket.
CLOSE_S, OPEN_S = 0.5, 1.0
TRIES = 3
# Who reaches out leans back a little, and need not step for it.
WALKING = Manner(walk_m_s=0.25, near_m=0.03, near_rad=0.05, stray_m=0.05, stray_rad=0.05)
# The feet stay where they are.
STOOPING = Manner(near_m=1.0, near_rad=1.0, hand_m_s=0.15)


def gather_leaves(pilot: Pilot) -> Script:
    """Put each leaf into the basket, the nearest first so that none is stepped on."""
    world = pilot.world
    pilot.aim(LEFT_HAND, ASIDE, in_world=False)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive()
    for leaf in sorted(LEAVES, key=lambda leaf: world.body(leaf).position[0]):
        for _ in range(TRIES):
            yield from _step_up(pilot, leaf)
            yield from _pick_up(pilot, leaf)
            yield from _bring(pilot, leaf)
            if in_basket(world.model, world.data, leaf):
                break


def _step_up(pilot: Pilot, leaf: str) -> Script:
    """Stand before a leaf."""
    pilot.manner = WALKING
    yaw = _across(pilot, leaf)
    x, y, _ = pilot.world.body(leaf).position - LEAF_AHEAD_M * quat_rotate(turn(yaw), AHEAD)
    yield from pilot.walk_to(x, y, yaw, settle_s=0.6)


def _pick_up(pilot: Pilot, leaf: str) -> Script:
    """Stoop, grasp a leaf, again if it slips, and rise with it."""
    pilot.manner = STOOPING
    pilot.aim(RIGHT_HAND, BEFORE_KNEES, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    yield from pilot.sink_to(STOOP_M)
    for _ in range(TRIES):
        pilot.grasp[RIGHT_HAND] = 0.0
        yield from _grasp(pilot, leaf)
        if _holds(pilot, leaf):
            break
    pilot.aim(RIGHT_HAND, BEFORE_KNEES, in_world=False)
    yield from pilot.sink_to(STAND_M)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)


def _grasp(pilot: Pilot, leaf: str) -> Script:
    """Bring the open hand down over a leaf, close it and lift it."""
    yaw = _across(pilot, leaf)
    low = pilot.world.body(leaf).position * [1.0, 1.0, 0.0] + GRIP_HEIGHT_M * UP
    high = low + ABOVE_LEAF_M * UP
    give = np.zeros(3)
    for place in (high, high, low, low):
        _aim(pilot, place + give, yaw)
        yield from pilot.arrive(settle_s=0.4)
        give = np.clip(give + place - _grip(pilot), -GIVE_M, GIVE_M)
    yield from pilot.close_hand(RIGHT_HAND, 1.0, CLOSE_S)
    yield from pilot.wait(0.5)
    _aim(pilot, high, yaw)
    yield from pilot.arrive(settle_s=0.2)


def _bring(pilot: Pilot, leaf: str) -> Script:
    """Walk up to the basket, let the leaf fall into it, and step back; a lost leaf is left."""
    pilot.manner = WALKING
    x, y = pilot.world.layout.parameters["basket"]
    stand = np.array([x - BASKET_AHEAD_M, y + BASKET_RIGHT_M])
    clear = stand[0] - CLEAR_M
    yield from pilot.walk_to(clear, pilot.world.base.position[1], 0.0)
    if not _holds(pilot, leaf):
        return
    yield from pilot.walk_to(clear, stand[1], 0.0)
    yield from pilot.walk_to(stand[0], stand[1], 0.0)
    _aim(pilot, np.array([x, y, BASKET_M[2] + ABOVE_BASKET_M]), 0.0)
    yield from pilot.arrive(settle_s=0.5)
    yield from pilot.close_hand(RIGHT_HAND, 0.0, OPEN_S)
    yield from pilot.wait(0.3)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    yield from pilot.walk_to(clear, stand[1], 0.0)


def _across(pilot: Pilot, leaf: str) -> float:
    """Return the heading nearest to the hall's at which fingers close across the midrib, rad."""
    x, y, _ = quat_rotate(pilot.world.body(leaf).quat, LEFT)
    return math.atan2(-x, y) if y > 0 else math.atan2(x, -y)


def _grip(pilot: Pilot) -> Array:
    """Return where in the world the middle of the right hand's grasp truly is, (3,) m."""
    hand = pilot.world.hand(RIGHT_HAND)
    grip: Array = hand.position + quat_rotate(hand.quat, GRASP)
    return grip


def _holds(pilot: Pilot, leaf: str) -> bool:
    """Whether a leaf is in the right hand."""
    return bool(np.linalg.norm(pilot.world.body(leaf).position - _grip(pilot)) < HELD_M)


def _aim(pilot: Pilot, place: Array, yaw: float) -> None:
    """Bring the middle of the right hand's grasp to a place in the world, palm down."""
    quat = quat_multiply(turn(yaw), PALM_DOWN)
    pilot.aim(RIGHT_HAND, WorldPose(place - quat_rotate(quat, GRASP), quat), in_world=True)
