"""Sorts parts with the right hand: grasp from the side or from above, lift, release over the bin.

The bin of a part is chosen in view: at the table the head camera shows the held part and the left
bin, and from before the table it shows both bins.
"""

from __future__ import annotations

import collections
import functools
import math

import numpy as np

from drive2walk.envs.tasks.sort import BIN_M, BINS, EDGE_X_M, PARTS, in_bin
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate, quat_yaw
from drive2walk.teleop.scripts.motion.axes import LEFT, LEFT_HAND, RIGHT_HAND, UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.grip import (
    PALM_DOWN,
    aim_grip,
    find_grip,
    find_heading_across,
    find_middle,
    is_between_fingers,
    reach_for,
)
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.motion.skills import do_while, follow_skills

# Position of the hand before the robot steps up to the table, and while it carries parts: forward
# and left of the pelvis, and above the table top, in metres. It is near the body, because an arm
# that is held far out pulls the robot along, and so high that a carried part passes over the
# parts on the table.
READY_M, CARRY_M = (0.16, -0.23), 0.24
# Distance of the pelvis from the table's edge while working, and the further way back from it.
STAND_M, BACK_M = 0.22, 0.3
BEFORE_X_M = EDGE_X_M - STAND_M - BACK_M
# Distance to the right of the pelvis at which the robot reaches for things.
RIGHTWARDS_M = 0.17
# Distance beside and above a part, and above a bin's floor, on the hand's way.
ASIDE_M, OVER_M, DROP_M = 0.09, 0.14, 0.09
GRIP_HEIGHT_M = 0.056
# The hand waits until the sway of the base leaves it this near to its goal.
NEAR_M = 0.02
# A hand closer to the table's edge than this may be below the top or above it.
HAND_CLEAR_M = 0.25
# Smallest height of the grip above the table when the hand comes from above, and the depth below a
# part's highest point to which it goes.
LOW_GRIP_M, GRIP_DEPTH_M = 0.022, 0.035
# A part this much higher than its support would hold it has been lifted.
LIFTED_M = 0.015
# Largest distance of the hands from where they wait for work.
READY_NEAR_M = 0.08
UPRIGHT_COS = math.cos(math.radians(20))
TRIES = 5
# At the table the base corrects only larger errors, and gently.
STEADY = Manner(walk_m_s=0.15, gain_hz=0.6, drift_m_s=0.03, near_m=0.04, hand_m_s=0.15)


def sort_parts(pilot: Pilot) -> Script:
    """Put each part into its bin, the rightmost first so that none is in the hand's way."""
    tries: collections.Counter[str] = collections.Counter()
    yield from follow_skills(pilot, functools.partial(_choose_skill, tries=tries), _find_failure)
    if not pilot.failure:
        yield from pilot.walk_to(BEFORE_X_M, float(pilot.world.base.position[1]), 0.0)
        pilot.aim(RIGHT_HAND, pilot.home[RIGHT_HAND], in_world=False)
        yield from pilot.arrive()


def _choose_skill(pilot: Pilot, tries: collections.Counter[str]) -> Script | None:
    """Return the next skill: bring what is held, make the hands ready, or fetch the next part."""
    world = pilot.world
    for part, bin_name in zip(PARTS, BINS, strict=True):
        if _is_held(world, part):
            return _bring_to_bin(pilot, part, bin_name)
    pairs = zip(PARTS, BINS, strict=True)
    todo = [part for part, name in pairs if not in_bin(world.model, world.data, part, name)]
    if not todo:
        return None
    if not _is_ready(pilot):
        return _make_ready(pilot)
    part = min(todo, key=lambda part: world.body(part).position[1])
    tries[part] += 1
    return _fetch(pilot, part, tries[part])


def _find_failure(world: TaskWorld) -> str:
    """Return why the parts can't be sorted any more, empty if they can."""
    table = world.layout.parameters["table_height_m"]
    lost = [part for part in PARTS if find_middle(world, part)[2] < table]
    return f"{' and '.join(lost)} fell off the table" if lost else ""


def _is_held(world: TaskWorld, part: str) -> bool:
    """Return whether a part is in the right hand, above the table or in a bin."""
    lowest = _find_lowest_point(world, part) - world.layout.parameters["table_height_m"]
    return lowest > LIFTED_M and is_between_fingers(world, part)


def _is_ready(pilot: Pilot) -> bool:
    """Return whether both hands are empty, open and where they wait for work."""
    ready = (pilot.home[LEFT_HAND], find_ready_pose(pilot))
    ways = [pilot.find_hand(k).position - pose.position for k, pose in enumerate(ready)]
    near = max(np.linalg.norm(way) for way in ways) < READY_NEAR_M
    return bool(near and pilot.grasp.max() < 0.1)


def _make_ready(pilot: Pilot) -> Script:
    """Open the hands and bring them to where they wait, around the table's edge."""
    world = pilot.world
    pilot.manner = Manner()
    if pilot.grasp.any():
        pilot.grasp[:] = 0.0
        yield from pilot.wait(0.6)
    table = world.layout.parameters["table_height_m"]
    hands = [world.hand(k) for k in (LEFT_HAND, RIGHT_HAND)]
    at_table = [hand for hand in hands if hand.position[0] > EDGE_X_M - HAND_CLEAR_M]
    if any(hand.position[2] < table + 0.02 for hand in at_table):
        # A hand below the table top comes out the way it went in.
        x, y, _ = world.base.position
        yield from pilot.walk_to(min(x, BEFORE_X_M) - 0.1, y, float(quat_yaw(world.base.quat)))
    elif at_table:
        yield from _raise_hands(pilot, table + CARRY_M)
    else:
        yield from pilot.walk_to(BEFORE_X_M, 0.0, 0.0)
    pilot.aim(LEFT_HAND, pilot.home[LEFT_HAND], in_world=False)
    pilot.aim(RIGHT_HAND, find_ready_pose(pilot), in_world=False)
    yield from pilot.arrive()
    pilot.manner = STEADY


def _raise_hands(pilot: Pilot, height_m: float) -> Script:
    """Raise both hands straight up to a height above the ground."""
    for index in (LEFT_HAND, RIGHT_HAND):
        hand = pilot.to_world(pilot.hands[index])
        x, y, z = hand.position
        pilot.aim(index, Pose(np.array([x, y, max(z, height_m)]), hand.quat), in_world=True)
    yield from pilot.arrive()


def _stand_left_of(pilot: Pilot, place: Array) -> Script:
    """Step sideways along the table until a place is in front of the right hand."""
    y = place[1] + RIGHTWARDS_M
    if abs(float(quat_yaw(pilot.world.base.quat))) > 0.5:
        yield from pilot.walk_to(BEFORE_X_M, y, 0.0)
    yield from pilot.walk_to(EDGE_X_M - STAND_M, y, 0.0)


def _fetch(pilot: Pilot, part: str, tries: int) -> Script:
    """Stand before a part, close the hand around it, lift it and draw it in.

    Args:
        pilot: Its hands are ready.
        part: Name of the part.
        tries: Number of times that this part was fetched, with this time.
    """
    pilot.manner = STEADY
    if tries > TRIES:
        pilot.failure = f"{part} slipped away {TRIES} times"
        return
    yield from _stand_left_of(pilot, pilot.world.body(part).position)
    if tries <= 2 and _can_grasp_from_side(pilot.world, part):
        yield from _grasp_from_side(pilot, pilot.world.body(part).position)
    else:
        yield from _grasp_from_above(pilot, part)
    pilot.grasp[RIGHT_HAND] = 1.0
    yield from pilot.wait(0.8)
    yield from _raise_and_draw_in(pilot)


def _can_grasp_from_side(world: TaskWorld, part: str) -> bool:
    """Return whether a part stands upright, with room for the hand to its right."""
    if world.data.body(part).xmat[8] < UPRIGHT_COS:
        return False
    x, y, _ = world.body(part).position
    others = [find_middle(world, other) for other in PARTS if other != part]
    in_way = [abs(o[0] - x) < 0.1 and -0.16 < o[1] - y < 0.02 for o in others]
    walls = [abs(bin_[1] - y) - BIN_M[1] / 2 for bin_ in world.layout.parameters["bins"]]
    return not any(in_way) and min(walls) > 0.14


def _grasp_from_side(pilot: Pilot, part: Array) -> Script:
    """Bring the open hand around the part at ``part`` from its right."""
    grip = part + GRIP_HEIGHT_M * UP
    beside = grip - ASIDE_M * LEFT
    for place in (beside + OVER_M * UP, beside, grip):
        aim_grip(pilot, place, quat_from_yaw(0.0))
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT_HAND, NEAR_M, 0.1)


def _grasp_from_above(pilot: Pilot, part: str) -> Script:
    """Bring the open hand down over a part, with the fingers across its long side."""
    world = pilot.world
    axis = quat_rotate(world.body(part).quat, UP)
    yaw = 0.0 if axis[2] > UPRIGHT_COS else find_heading_across(axis, -math.pi / 3)
    quat = quat_multiply(quat_from_yaw(yaw), PALM_DOWN)
    middle, lowest = find_middle(world, part), _find_lowest_point(world, part)
    height = max(lowest + LOW_GRIP_M, 2 * middle[2] - lowest - GRIP_DEPTH_M)
    grip = np.array([middle[0], middle[1], height])
    high = grip + OVER_M * UP
    yield from reach_for(pilot, (high, high, grip, grip), quat)


def _raise_and_draw_in(pilot: Pilot) -> Script:
    """Raise the right hand over the parts and draw it in."""
    height = pilot.world.layout.parameters["table_height_m"] + CARRY_M
    hand = pilot.to_world(pilot.hands[RIGHT_HAND])
    x, y, z = hand.position
    if z < height - 0.05:
        pilot.aim(RIGHT_HAND, Pose(np.array([x, y, height]), hand.quat), in_world=True)
        yield from pilot.arrive(settle_s=0.2)
    pilot.aim(RIGHT_HAND, find_ready_pose(pilot), in_world=False)
    yield from pilot.arrive(settle_s=0.0)


def _bring_to_bin(pilot: Pilot, part: str, bin_name: str) -> Script:
    """Carry the held part over its bin, open the hand, and raise it; stop if the part is lost."""
    world = pilot.world
    pilot.manner = STEADY

    def is_held() -> bool:
        return is_between_fingers(world, part)

    place = np.array(world.layout.parameters["bins"][BINS.index(bin_name)])
    yield from do_while(_raise_and_draw_in(pilot), is_held)
    if world.base.position[0] < BEFORE_X_M - 0.15:
        yield from do_while(pilot.walk_to(BEFORE_X_M, place[1] + RIGHTWARDS_M, 0.0), is_held)
    yield from do_while(_stand_left_of(pilot, place), is_held)
    if not is_held():
        return
    yield from _release_over(pilot, part, place)


def _release_over(pilot: Pilot, part: str, place: Array) -> Script:
    """Bring the held part over a bin at ``place``, open the hand, raise it and draw it in."""
    world = pilot.world
    grip = find_grip(world)
    # The part may not hang in the middle of the grip.
    shift = grip - find_middle(world, part)
    depth = max(grip[2] - _find_lowest_point(world, part), 0.04)
    over = place + np.array([shift[0], shift[1], depth])
    for height in (OVER_M, DROP_M):
        aim_grip(pilot, over + height * UP, quat_from_yaw(0.0))
        yield from pilot.arrive(settle_s=0.0)
        yield from pilot.steady(RIGHT_HAND, 2 * NEAR_M, 0.1)
    pilot.grasp[RIGHT_HAND] = 0.0
    yield from pilot.wait(0.6)
    aim_grip(pilot, over + OVER_M * UP, quat_from_yaw(0.0))
    yield from pilot.arrive(settle_s=0.0)
    pilot.aim(RIGHT_HAND, find_ready_pose(pilot), in_world=False)
    yield from pilot.arrive(settle_s=0.0)


def find_ready_pose(pilot: Pilot) -> Pose:
    """Return the pose in which the right hand waits and carries, levelled base frame."""
    table = pilot.world.layout.parameters["table_height_m"]
    height = table + CARRY_M - pilot.world.base.position[2]
    return Pose(np.array([*READY_M, height]), quat_from_yaw(0.0))


def _find_lowest_point(world: TaskWorld, part: str) -> float:
    """Return the height of a part's lowest point in the world, in metres."""
    edge, _, tall = world.layout.parameters["part_sizes_m"][PARTS.index(part)]
    up = abs(float(world.data.body(part).xmat[8]))
    half = up * tall / 2 + math.sqrt(max(0.0, 1 - up**2)) * edge / 2
    return float(find_middle(world, part)[2]) - half
