"""The grip of the right hand: where its fingers close, and what is between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_multiply, quat_rotate
from drive2walk.teleop.scripts.motion.axes import AHEAD, LEFT, RIGHT_HAND
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script

# From the right wrist to the middle of what its fingers close around, in metres.
RIGHT_GRASP = np.array([0.118, 0.064, 0.0])
# The palm faces down and the fingers point ahead and down by this angle, so that fingers and thumb
# reach the ground together.
DIP_RAD = math.radians(25)
PALM_DOWN = quat_multiply(
    quat_from_axis_angle(LEFT, np.array(DIP_RAD)),
    quat_from_axis_angle(AHEAD, np.array(-math.pi / 2)),
)
# A stretched arm and a bent waist give way: the hand is commanded beyond its goal by what it falls
# short, by at most this distance.
GIVE_M = 0.03
# A thing whose middle is this near to the middle of the grip, and that the hand touches, is held.
HELD_M = 0.07


def find_grip(world: TaskWorld) -> Array:
    """Return the true position of the middle of the right hand's grip, in the world, (3,) m."""
    hand = world.hand(RIGHT_HAND)
    grip: Array = hand.position + quat_rotate(hand.quat, RIGHT_GRASP)
    return grip


def find_middle(world: TaskWorld, thing: str) -> Array:
    """Return the true centre of mass of a thing, in the world, (3,) m."""
    middle: Array = world.data.body(thing).xipos.copy()
    return middle


def is_between_fingers(world: TaskWorld, thing: str) -> bool:
    """Return whether a thing is where the fingers of the right hand close."""
    return bool(np.linalg.norm(find_middle(world, thing) - find_grip(world)) < HELD_M)


def aim_grip(pilot: Pilot, place: Array, quat: Array) -> None:
    """Aim the middle of the right hand's grip at a place in the world, with an orientation."""
    pilot.aim(RIGHT_HAND, Pose(place - quat_rotate(quat, RIGHT_GRASP), quat), in_world=True)


def reach_for(pilot: Pilot, places: Sequence[Array], quat: Array, settle_s: float = 0.4) -> Script:
    """Bring the middle of the grip to one place after another, beyond each by what it falls short.

    Args:
        pilot: Moves the right hand.
        places: Places in the world, (3,) m each.
        quat: Orientation of the hand in the world, (4,) wxyz.
        settle_s: Time at each place, in seconds.
    """
    give = np.zeros(3)
    for place in places:
        aim_grip(pilot, place + give, quat)
        yield from pilot.arrive(settle_s=settle_s)
        give = np.clip(give + place - find_grip(pilot.world), -GIVE_M, GIVE_M)


def find_heading_across(axis: Array, lowest_rad: float = -math.pi / 2) -> float:
    """Return the heading at which a hand with its palm down closes across an axis, in radians.

    Args:
        axis: Direction of a long thing in the world, (3,); its sign and height don't matter.
        lowest_rad: The heading is between this and half a turn more.
    """
    heading = math.atan2(-axis[0], axis[1])
    return (heading - lowest_rad) % math.pi + lowest_rad
