"""Gathers leaves with the right hand: stoop, close the fingers over a leaf, rise, release.

A leaf is chosen in view of the head camera. The side of the basket is in the words of the task,
because a robot that stands before the leaves doesn't see it.
"""

from __future__ import annotations

import collections
import functools

import numpy as np

from drive2walk.envs.tasks.leaves import BASKET_M, LEAVES, in_basket
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.scripts.motion.axes import (
    AHEAD,
    LEFT,
    LEFT_HAND,
    RIGHT_HAND,
    UP,
    quat_from_yaw,
)
from drive2walk.teleop.scripts.motion.grip import (
    PALM_DOWN,
    aim_grip,
    find_heading_across,
    is_between_fingers,
    reach_for,
)
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.motion.skills import do_while, follow_skills

# Height of the middle of the grip above the ground when the hand closes.
GRIP_HEIGHT_M = 0.012
# Where the hand carries, in the base frame: as low as it gets without bending the waist. The palm
# faces sideways, because each step shakes a leaf a little out of fingers that hold it from above.
READY = Pose(np.array([0.22, -0.24, 0.08]), quat_from_yaw(0.0))
# Before the robot stoops the hand goes ahead, so that the arm comes down in front of the knees.
BEFORE_KNEES = Pose(np.array([0.36, -0.05, 0.08]), PALM_DOWN)
# The left hand keeps clear of the thigh.
ASIDE = Pose(np.array([0.05, 0.34, 0.05]), quat_from_yaw(0.0))
# Largest distance of the hands from where they wait for work.
READY_NEAR_M = 0.1
# Place of the leaf, and of the basket's middle, relative to the robot that works on it.
LEAF_AHEAD_M, BASKET_AHEAD_M, BASKET_RIGHT_M = 0.41, 0.49, 0.15
# The hand opens this far before the basket's middle, so that the knees stay clear of its wall.
BEFORE_MIDDLE_M = 0.06
# Distance of a leaf ahead at which the head camera shows it and the ground around it.
LOOK_AHEAD_M = 0.95
# A hand has no room to close over a leaf that is nearer than this to the basket's front.
AT_WALL_M = 0.09
# Distance from the basket at which the robot walks sideways.
CLEAR_M = 0.3
STOOP_M, STAND_M = 0.45, OperatorLimits().standing_m
# Lower than this the robot stoops.
STOOPED_M = 0.66
ABOVE_LEAF_M, ABOVE_BASKET_M = 0.10, 0.22
# A leaf this high above the ground isn't just near the hand.
LIFTED_M = 0.06
# The hand opens slowly, because fingers that open at once throw the leaf out of the basket.
CLOSE_S, OPEN_S = 0.5, 1.0
# Grasps without rising, and walks up to a leaf, before the script gives up.
GRASPS, TRIES = 3, 4
# A robot that reaches out leans back a little and need not step for it.
WALKING = Manner(walk_m_s=0.25, near_m=0.03, near_rad=0.05, stray_m=0.05, stray_rad=0.05)
# The feet stay in place.
STOOPING = Manner(near_m=1.0, near_rad=1.0, hand_m_s=0.15)


def gather_leaves(pilot: Pilot) -> Script:
    """Put each leaf into the basket, the nearest first so that none is stepped on."""
    tries: collections.Counter[str] = collections.Counter()
    yield from follow_skills(pilot, functools.partial(_choose_skill, tries=tries), _find_failure)


def _choose_skill(pilot: Pilot, tries: collections.Counter[str]) -> Script | None:
    """Return the next skill: bring what is held, make the hands ready, or fetch the next leaf."""
    world = pilot.world
    held = [leaf for leaf in LEAVES if _is_held(world, leaf)]
    if held:
        return _bring_to_basket(pilot, held[0])
    todo = [leaf for leaf in LEAVES if not in_basket(world.model, world.data, leaf)]
    if not todo:
        return None
    if not _is_ready(pilot):
        return _make_ready(pilot)
    leaf = min(todo, key=lambda leaf: world.body(leaf).position[0])
    if not pilot.sees(world.body(leaf).position):
        return _look_for(pilot, leaf)
    tries[leaf] += 1
    return _fetch(pilot, leaf, tries[leaf])


def _find_failure(world: TaskWorld) -> str:
    """Return why the leaves can't be gathered any more, empty if they can."""
    basket = world.layout.parameters["basket"]
    for leaf in LEAVES:
        x, y, z = world.body(leaf).position
        ahead, aside = x - basket[0], abs(y - basket[1])
        outside = z < LIFTED_M and abs(ahead) > BASKET_M[0] / 2
        if outside and aside < BASKET_M[1] / 2 and ahead > -BASKET_M[0] / 2 - AT_WALL_M:
            return f"{leaf} lies at the basket, where no hand fits"
    return ""


def _is_held(world: TaskWorld, leaf: str) -> bool:
    """Return whether a leaf is in the right hand, above the ground."""
    return bool(world.body(leaf).position[2] > LIFTED_M) and is_between_fingers(world, leaf)


def _is_ready(pilot: Pilot) -> bool:
    """Return whether the robot stands upright, with both hands open where they wait for work."""
    ways = [pilot.find_hand(k).position - pose.position for k, pose in enumerate((ASIDE, READY))]
    near = max(np.linalg.norm(way) for way in ways) < READY_NEAR_M
    upright = pilot.world.base.position[2] > STOOPED_M
    return bool(near and upright and pilot.grasp.max() < 0.1)


def _make_ready(pilot: Pilot) -> Script:
    """Open the hands, rise, and bring the hands to where they wait."""
    pilot.manner = WALKING
    if pilot.grasp.any():
        pilot.grasp[:] = 0.0
        yield from pilot.wait(0.5)
    yield from _leave_basket(pilot)
    yield from _rise(pilot)
    pilot.aim(LEFT_HAND, ASIDE, in_world=False)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive()


def _leave_basket(pilot: Pilot) -> Script:
    """Raise the right hand straight up if it is in the basket."""
    hand = pilot.to_world(pilot.hands[RIGHT_HAND])
    x, y, z = hand.position
    offset = np.array([x, y]) - pilot.world.layout.parameters["basket"]
    above = BASKET_M[2] + ABOVE_BASKET_M
    if np.abs(offset).max() < BASKET_M[0] / 2 + 0.2 and z < above:
        pilot.aim(RIGHT_HAND, Pose(np.array([x, y, above]), hand.quat), in_world=True)
        yield from pilot.arrive()


def _rise(pilot: Pilot) -> Script:
    """Stand upright, with the arm ahead of the knees on the way up."""
    if pilot.world.base.position[2] > STOOPED_M:
        return
    pilot.aim(RIGHT_HAND, BEFORE_KNEES, in_world=False)
    yield from pilot.sink_to(STAND_M)


def _look_for(pilot: Pilot, leaf: str) -> Script:
    """Walk to where the head camera shows a leaf, straight ahead."""
    pilot.manner = WALKING
    x, y, _ = pilot.world.body(leaf).position
    yield from pilot.walk_to(x - LOOK_AHEAD_M, y, 0.0)


def _fetch(pilot: Pilot, leaf: str, tries: int) -> Script:
    """Step up to a leaf that is in view, and pick it up.

    Args:
        pilot: Its hands are ready.
        leaf: Name of the leaf.
        tries: Number of times that this leaf was fetched, with this time.
    """
    if tries > TRIES:
        pilot.failure = f"{leaf} slipped away {TRIES} times"
        return
    pilot.manner = WALKING
    yaw = _find_heading(pilot.world, leaf)
    ahead = quat_rotate(quat_from_yaw(yaw), AHEAD)
    x, y, _ = pilot.world.body(leaf).position - LEAF_AHEAD_M * ahead
    yield from pilot.walk_to(x, y, yaw, settle_s=0.6)
    yield from _pick_up(pilot, leaf)


def _pick_up(pilot: Pilot, leaf: str) -> Script:
    """Stoop, grasp a leaf, retry if it slips, and rise with it."""
    pilot.manner = STOOPING
    pilot.aim(RIGHT_HAND, BEFORE_KNEES, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    yield from pilot.sink_to(STOOP_M)
    for _ in range(GRASPS):
        pilot.grasp[RIGHT_HAND] = 0.0
        yield from _grasp(pilot, leaf)
        if is_between_fingers(pilot.world, leaf):
            break
    pilot.aim(RIGHT_HAND, BEFORE_KNEES, in_world=False)
    yield from pilot.sink_to(STAND_M)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)


def _grasp(pilot: Pilot, leaf: str) -> Script:
    """Bring the open hand down over a leaf, close it and lift it."""
    quat = quat_multiply(quat_from_yaw(_find_heading(pilot.world, leaf)), PALM_DOWN)
    low = pilot.world.body(leaf).position * [1.0, 1.0, 0.0] + GRIP_HEIGHT_M * UP
    high = low + ABOVE_LEAF_M * UP
    yield from reach_for(pilot, (high, high, low, low), quat)
    yield from pilot.close_hand(RIGHT_HAND, 1.0, CLOSE_S)
    yield from pilot.wait(0.5)
    aim_grip(pilot, high, quat)
    yield from pilot.arrive(settle_s=0.2)


def _bring_to_basket(pilot: Pilot, leaf: str) -> Script:
    """Walk to the basket, release the held leaf and step back; stop if the leaf is lost."""

    def is_held() -> bool:
        return is_between_fingers(pilot.world, leaf)

    yield from do_while(_carry_to_basket(pilot), is_held)
    if not is_held():
        return
    x, y = pilot.world.layout.parameters["basket"]
    quat = quat_multiply(quat_from_yaw(0.0), PALM_DOWN)
    over = np.array([x - BEFORE_MIDDLE_M, y, BASKET_M[2] + ABOVE_BASKET_M])
    aim_grip(pilot, over, quat)
    yield from pilot.arrive(settle_s=0.5)
    yield from pilot.close_hand(RIGHT_HAND, 0.0, OPEN_S)
    yield from pilot.wait(0.3)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    stand = _find_stand(pilot.world)
    yield from pilot.walk_to(stand[0] - CLEAR_M, stand[1], 0.0)


def _carry_to_basket(pilot: Pilot) -> Script:
    """Walk with the held leaf: back, sideways to in front of the basket, and up to it."""
    pilot.manner = STOOPING
    yield from _leave_basket(pilot)
    yield from _rise(pilot)
    pilot.aim(LEFT_HAND, ASIDE, in_world=False)
    pilot.aim(RIGHT_HAND, READY, in_world=False)
    yield from pilot.arrive(settle_s=0.0)
    pilot.manner = WALKING
    stand = _find_stand(pilot.world)
    clear = stand[0] - CLEAR_M
    yield from pilot.walk_to(clear, float(pilot.world.base.position[1]), 0.0)
    yield from pilot.walk_to(clear, stand[1], 0.0)
    yield from pilot.walk_to(stand[0], stand[1], 0.0)


def _find_stand(world: TaskWorld) -> Array:
    """Return where the robot stands to put a leaf into the basket, x and y in metres, (2,)."""
    x, y = world.layout.parameters["basket"]
    return np.array([x - BASKET_AHEAD_M, y + BASKET_RIGHT_M])


def _find_heading(world: TaskWorld, leaf: str) -> float:
    """Return the heading nearest to 0 at which fingers close across the midrib, in radians."""
    return find_heading_across(quat_rotate(world.body(leaf).quat, LEFT))
