"""Gathers leaves with the right hand: stoop, close the fingers over a leaf, rise, release."""

from __future__ import annotations

import math

import numpy as np

from drive2walk.envs.tasks.leaves import BASKET_M, LEAVES, in_basket
from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply, quat_rotate
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.scripts.axes import (
    AHEAD,
    LEFT,
    LEFT_HAND,
    RIGHT_GRASP,
    RIGHT_HAND,
    UP,
    quat_from_yaw,
)
from drive2walk.teleop.scripts.manner import Manner
from drive2walk.teleop.scripts.pilot import Pilot, Script

# The palm faces the ground and the fingers point ahead and down by this angle, so that fingers
# and thumb reach the ground together.
DIP_RAD = math.radians(25)
PALM_DOWN = quat_multiply(
    quat_from_axis_angle(LEFT, np.array(DIP_RAD)),
    quat_from_axis_angle(AHEAD, np.array(-math.pi / 2)),
)
# Height of the middle of the grasp above the ground when the hand closes.
GRIP_HEIGHT_M = 0.012
# Where the hand carries, in the base frame: as low as it gets without bending the waist. The palm
# faces sideways, because each step shakes a leaf a little out of fingers that hold it from above.
READY = Pose(np.array([0.22, -0.24, 0.08]), quat_from_yaw(0.0))
# Before the robot stoops the hand goes ahead, so that the arm comes down in front of the knees.
BEFORE_KNEES = Pose(np.array([0.36, -0.05, 0.08]), PALM_DOWN)
# The left hand keeps clear of the thigh.
ASIDE = Pose(np.array([0.05, 0.34, 0.05]), quat_from_yaw(0.0))
# Place of the leaf, and of the basket's middle, relative to the robot that works on it.
LEAF_AHEAD_M, BASKET_AHEAD_M, BASKET_RIGHT_M = 0.41, 0.40, 0.15
# Distance from the basket at which the robot walks sideways.
CLEAR_M = 0.3
STOOP_M, STAND_M = 0.45, OperatorLimits().standing_m
ABOVE_LEAF_M, ABOVE_BASKET_M = 0.10, 0.22
# A stretched arm and a bent waist give way: the hand is commanded beyond its goal by what it falls
# short, by at most this distance.
GIVE_M = 0.03
# A leaf this near to the middle of the grasp is in the hand.
HELD_M = 0.07
# The hand opens slowly, because fingers that open at once throw the leaf out of the basket.
CLOSE_S, OPEN_S = 0.5, 1.0
TRIES = 3
# A robot that reaches out leans back a little and need not step for it.
WALKING = Manner(walk_m_s=0.25, near_m=0.03, near_rad=0.05, stray_m=0.05, stray_rad=0.05)
# The feet stay in place.
STOOPING = Manner(near_m=1.0, near_rad=1.0, hand_m_s=0.15)


def gather_leaves(pilot: Pilot) -> Script:
    """Put each leaf into the basket, the nearest first so that none is stepped on."""
    world = pilot.world
    pilot.aim(LEFT_HAND, ASIDE, in_world=False)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive()
    for leaf in sorted(LEAVES, key=lambda leaf: world.body(leaf).position[0]):
        for _ in range(TRIES):
            yield from _step_up_to(pilot, leaf)
            yield from _pick_up(pilot, leaf)
            yield from _bring_to_basket(pilot, leaf)
            if in_basket(world.model, world.data, leaf):
                break


def _step_up_to(pilot: Pilot, leaf: str) -> Script:
    """Walk to the place in front of a leaf."""
    pilot.manner = WALKING
    yaw = _find_heading(pilot, leaf)
    ahead = quat_rotate(quat_from_yaw(yaw), AHEAD)
    x, y, _ = pilot.world.body(leaf).position - LEAF_AHEAD_M * ahead
    yield from pilot.walk_to(x, y, yaw, settle_s=0.6)


def _pick_up(pilot: Pilot, leaf: str) -> Script:
    """Stoop, grasp a leaf, retry if it slips, and rise with it."""
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
    yaw = _find_heading(pilot, leaf)
    low = pilot.world.body(leaf).position * [1.0, 1.0, 0.0] + GRIP_HEIGHT_M * UP
    high = low + ABOVE_LEAF_M * UP
    give = np.zeros(3)
    for place in (high, high, low, low):
        _aim_grasp(pilot, place + give, yaw)
        yield from pilot.arrive(settle_s=0.4)
        give = np.clip(give + place - _find_grip(pilot), -GIVE_M, GIVE_M)
    yield from pilot.close_hand(RIGHT_HAND, 1.0, CLOSE_S)
    yield from pilot.wait(0.5)
    _aim_grasp(pilot, high, yaw)
    yield from pilot.arrive(settle_s=0.2)


def _bring_to_basket(pilot: Pilot, leaf: str) -> Script:
    """Walk to the basket, release the leaf and step back; stop early if the leaf was lost."""
    pilot.manner = WALKING
    x, y = pilot.world.layout.parameters["basket"]
    stand = np.array([x - BASKET_AHEAD_M, y + BASKET_RIGHT_M])
    clear = stand[0] - CLEAR_M
    yield from pilot.walk_to(clear, pilot.world.base.position[1], 0.0)
    if not _holds(pilot, leaf):
        return
    yield from pilot.walk_to(clear, stand[1], 0.0)
    yield from pilot.walk_to(stand[0], stand[1], 0.0)
    _aim_grasp(pilot, np.array([x, y, BASKET_M[2] + ABOVE_BASKET_M]), 0.0)
    yield from pilot.arrive(settle_s=0.5)
    yield from pilot.close_hand(RIGHT_HAND, 0.0, OPEN_S)
    yield from pilot.wait(0.3)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    yield from pilot.walk_to(clear, stand[1], 0.0)


def _find_heading(pilot: Pilot, leaf: str) -> float:
    """Return the heading nearest to 0 at which fingers close across the midrib, in radians."""
    x, y, _ = quat_rotate(pilot.world.body(leaf).quat, LEFT)
    return math.atan2(-x, y) if y > 0 else math.atan2(x, -y)


def _find_grip(pilot: Pilot) -> Array:
    """Return the true position of the middle of the right hand's grasp, in the world, (3,) m."""
    hand = pilot.world.hand(RIGHT_HAND)
    grip: Array = hand.position + quat_rotate(hand.quat, RIGHT_GRASP)
    return grip


def _holds(pilot: Pilot, leaf: str) -> bool:
    """Return whether a leaf is in the right hand."""
    return bool(np.linalg.norm(pilot.world.body(leaf).position - _find_grip(pilot)) < HELD_M)


def _aim_grasp(pilot: Pilot, place: Array, yaw: float) -> None:
    """Aim the middle of the right hand's grasp at a place in the world, palm down."""
    quat = quat_multiply(quat_from_yaw(yaw), PALM_DOWN)
    pilot.aim(RIGHT_HAND, Pose(place - quat_rotate(quat, RIGHT_GRASP), quat), in_world=True)
