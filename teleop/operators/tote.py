"""Carries the tote: palms to its sides, press, lift, back off, turn, set down, let go."""

from __future__ import annotations

import math

import numpy as np

from envs.tasks.task import Pose
from envs.tasks.tote import RIM_M, TOTE
from robot.frames import quat_rotate, quat_yaw
from teleop.operators.pilot import LEFT, UP, Array, Manner, Pilot, Script, turn

# From the left wrist to the middle of its palm, m; how far the fingers turn out, rad: they turn in,
# so that the knuckles of the wrist stay off the tote.
PALM = np.array([0.128, -0.034, 0.0])
PALM_YAW = -0.15
# The palms' upper edges come to lie this far below the tote's rim.
PALM_EDGE_M = 0.0375
BELOW_RIM_M = 0.015
# How far ahead of the pelvis the tote is when it is held.
AHEAD_M = 0.40
OPEN_M, PRESS_M = 0.10, 0.06
LIFT_M, CLEAR_M, DOWN_M = 0.09, 0.06, 0.02
BACK_OFF_M = 0.55
# How far from the table the robot stands to set the tote down, and walks up to there.
TABLE_M, TABLE_RUN_M = 0.26, 0.5
CAREFUL = Manner(walk_m_s=0.2, turn_rad_s=0.4)


def carry_tote(pilot: Pilot) -> Script:
    """Carry the tote from the shelf to the table."""
    size = np.array(pilot.world.layout.parameters["size_m"])
    tote = pilot.world.body(TOTE)
    yaw = float(quat_yaw(tote.quat))
    grip_m = size[2] - RIM_M[1] - PALM_EDGE_M - BELOW_RIM_M
    middle = tote.position + grip_m * UP
    ahead = quat_rotate(turn(yaw), np.array([1.0, 0.0, 0.0]))
    before, at = (middle - distance * ahead for distance in (0.85, AHEAD_M))
    yield from pilot.walk_to(before[0], before[1], yaw)
    between = np.array([AHEAD_M, 0.0, middle[2] - pilot.world.base.position[2]])
    _hands(pilot, between, size[1] / 2 + OPEN_M)
    yield from pilot.arrive()
    yield from pilot.walk_to(at[0], at[1], yaw, settle_s=0.8)
    # The robot never stands quite where it should: press where the tote's middle is.
    tote = pilot.to_base(pilot.world.body(TOTE))
    between = np.array([tote.position[0], 0.0, between[2]])
    _hands(pilot, between, size[1] / 2 + OPEN_M)
    yield from pilot.arrive(settle_s=0.0)
    _hands(pilot, between, size[1] / 2 - PRESS_M)
    yield from pilot.arrive(settle_s=0.5)
    between = between + LIFT_M * UP
    _hands(pilot, between, size[1] / 2 - PRESS_M)
    yield from pilot.arrive(settle_s=0.3)
    pilot.manner = CAREFUL
    back = middle - (AHEAD_M + BACK_OFF_M) * ahead
    yield from pilot.walk_to(back[0], back[1], yaw)
    yield from _set_down(pilot, size, between)


def _set_down(pilot: Pilot, size: Array, between: Array) -> Script:
    """Bring the tote that is held to the table, let go and step back.

    Args:
        pilot: holds the tote.
        size: of the tote, (3,) m.
        between: the middle between the hands in the base frame, (3,) m.
    """
    x, y, yaw = pilot.world.layout.parameters["table"]
    table = pilot.world.layout.parameters["table_height_m"]
    out = np.array([math.cos(yaw), math.sin(yaw)])
    stand = np.array([x, y]) - TABLE_M * out
    before = stand - TABLE_RUN_M * out
    here = pilot.world.base.position
    yield from pilot.walk_to(here[0], here[1], yaw)
    yield from pilot.walk_to(before[0], before[1], yaw)
    press_m, open_m = size[1] / 2 - PRESS_M, size[1] / 2 + OPEN_M
    # Hands sag under the load and the tote shifts in them, so that only seeing it tells its height.
    between = between + (table + CLEAR_M - _lowest(pilot, size)) * UP
    _hands(pilot, between, press_m)
    yield from pilot.arrive()
    yield from pilot.walk_to(stand[0], stand[1], yaw, settle_s=0.6)
    between = between + (table - DOWN_M - _lowest(pilot, size)) * UP
    _hands(pilot, between, press_m)
    yield from pilot.arrive(settle_s=0.4)
    _hands(pilot, between, open_m)
    yield from pilot.arrive(settle_s=0.3)
    yield from pilot.walk_to(before[0], before[1], yaw)


def _lowest(pilot: Pilot, size: Array) -> float:
    """Return the height of the tote's lowest corner in the world, m."""
    tote = pilot.world.body(TOTE)
    corners = np.array([[x, y, 0.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * size
    return float((tote.position + quat_rotate(tote.quat, corners))[:, 2].min())


def _hands(pilot: Pilot, between: Array, half_width_m: float) -> None:
    """Bring the palms to both sides of a point of the base frame, each ``half_width_m`` off it."""
    for index, side in enumerate((1.0, -1.0)):
        quat = turn(side * PALM_YAW)
        palm = between + side * half_width_m * LEFT
        wrist = palm - quat_rotate(quat, PALM * [1.0, side, 1.0])
        pilot.aim(index, Pose(wrist, quat), in_world=False)
