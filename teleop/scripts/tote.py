"""Carries the tote: palms to its sides, press, lift, back off, turn, set down, let go."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.tasks.task import WorldPose
from drive2walk.envs.tasks.tote import RIM_M, TOTE
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate, quat_yaw
from drive2walk.teleop.scripts.pilot import LEFT, UP, Array, Manner, Pilot, Script, turn

AHEAD = np.array([1.0, 0.0, 0.0])
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
# Outstretched arms and a load make legs sway when they stop: gently, and where they come to stand
# is good enough, for the hands go where the tote and the table are.
CAREFUL = Manner(walk_m_s=0.2, turn_rad_s=0.4, gain_hz=0.6, drift_m_s=0.03, stray_m=0.085)


def carry_tote(pilot: Pilot) -> Script:
    """Carry the tote from the shelf to the table."""
    size = np.array(pilot.world.layout.parameters["size_m"])
    tote = pilot.world.body(TOTE)
    yaw = float(quat_yaw(tote.quat))
    grip = tote.position + (size[2] - RIM_M[1] - PALM_EDGE_M - BELOW_RIM_M) * UP
    ahead = quat_rotate(turn(yaw), AHEAD)
    before, at, back = (
        grip - distance * ahead for distance in (0.85, AHEAD_M, AHEAD_M + BACK_OFF_M)
    )
    yield from pilot.walk_to(before[0], before[1], yaw)
    between = WorldPose(np.array([AHEAD_M, 0.0, grip[2] - pilot.world.base.position[2]]), turn(0.0))
    _hands(pilot, between, size[1] / 2 + OPEN_M, in_world=False)
    yield from pilot.arrive()
    pilot.manner = CAREFUL
    yield from pilot.walk_to(at[0], at[1], yaw)
    yield from pilot.rest()
    yield from _lift(pilot, WorldPose(grip, turn(yaw)), size[1] / 2)
    yield from pilot.walk_to(back[0], back[1], yaw)
    yield from _set_down(pilot, size)


def _lift(pilot: Pilot, grip: WorldPose, half_width_m: float) -> Script:
    """Press the palms to the tote's sides and lift it.

    Args:
        pilot: stands before the tote.
        grip: the middle between the palms, in the world, where the tote stays if the base moves.
        half_width_m: of the tote.
    """
    _hands(pilot, grip, half_width_m + OPEN_M, in_world=True)
    yield from pilot.arrive(settle_s=0.2)
    _hands(pilot, grip, half_width_m - PRESS_M, in_world=True)
    yield from pilot.arrive(settle_s=0.5)
    held = pilot.to_base(_above(grip, LIFT_M))
    _hands(pilot, held, half_width_m - PRESS_M, in_world=False)
    yield from pilot.arrive(settle_s=0.3)


def _set_down(pilot: Pilot, size: Array) -> Script:
    """Bring the tote that is held to the table, let go and step back.

    Args:
        pilot: holds the tote.
        size: of the tote, (3,) m.
    """
    x, y, yaw = pilot.world.layout.parameters["table"]
    table = pilot.world.layout.parameters["table_height_m"]
    stand, before = (
        np.array([x, y, 0.0]) - distance * quat_rotate(turn(yaw), AHEAD)
        for distance in (TABLE_M, TABLE_M + TABLE_RUN_M)
    )
    here = pilot.world.base.position
    yield from pilot.walk_to(here[0], here[1], yaw)
    yield from pilot.walk_to(before[0], before[1], yaw)
    press_m, open_m = size[1] / 2 - PRESS_M, size[1] / 2 + OPEN_M
    # Hands sag under the load and the tote shifts in them, so that only seeing it tells its height.
    grip = _above(_grip(pilot), table + CLEAR_M - _lowest(pilot, size))
    _hands(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive()
    carried = pilot.to_base(grip)
    for _ in pilot.walk_to(stand[0], stand[1], yaw, settle_s=0.3):
        # The pelvis sinks as the robot steps; the hands stay as high above the table.
        height = grip.position[2] - pilot.world.base.position[2]
        level = WorldPose(np.array([*carried.position[:2], height]), carried.quat)
        _hands(pilot, level, press_m, in_world=False)
        yield
    yield from pilot.rest()
    grip = _above(_grip(pilot), table - DOWN_M - _lowest(pilot, size))
    _hands(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive(settle_s=0.4)
    _hands(pilot, grip, open_m, in_world=True)
    yield from pilot.arrive(settle_s=0.3)
    _hands(pilot, pilot.to_base(grip), open_m, in_world=False)
    yield from pilot.walk_to(before[0], before[1], yaw)


def _grip(pilot: Pilot) -> WorldPose:
    """Return the middle between the palms as they are told to be, in the world."""
    hands = [pilot.to_world(hand) for hand in pilot.hands]
    palms = [
        hand.position + quat_rotate(hand.quat, PALM * [1.0, side, 1.0])
        for hand, side in zip(hands, (1.0, -1.0), strict=True)
    ]
    return WorldPose(np.mean(palms, axis=0), quat_multiply(hands[0].quat, turn(-PALM_YAW)))


def _above(pose: WorldPose, height_m: float) -> WorldPose:
    return WorldPose(pose.position + height_m * UP, pose.quat)


def _lowest(pilot: Pilot, size: Array) -> float:
    """Return the height of the tote's lowest corner in the world, m."""
    tote = pilot.world.body(TOTE)
    corners = np.array([[x, y, 0.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * size
    return float((tote.position + quat_rotate(tote.quat, corners))[:, 2].min())


def _hands(pilot: Pilot, grip: WorldPose, half_width_m: float, *, in_world: bool) -> None:
    """Bring the palms to both sides of ``grip``, each ``half_width_m`` off it.

    The hands' middle is in the world or in the levelled base frame; its x axis points where the
    fingers do.
    """
    for index, side in enumerate((1.0, -1.0)):
        quat = quat_multiply(grip.quat, turn(side * PALM_YAW))
        palm = grip.position + side * half_width_m * quat_rotate(grip.quat, LEFT)
        wrist = palm - quat_rotate(quat, PALM * [1.0, side, 1.0])
        pilot.aim(index, WorldPose(wrist, quat), in_world=in_world)
