"""Carries the tote: palms to its sides, press, lift, back off, turn, set down, release."""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.items.tote import RIM_M, TOTE
from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_multiply, quat_rotate, quat_yaw
from drive2walk.teleop.scripts.axes import AHEAD, LEFT, UP, quat_from_yaw
from drive2walk.teleop.scripts.manner import Manner
from drive2walk.teleop.scripts.pilot import Pilot, Script

# From the left wrist to the middle of its palm, in metres, and the yaw of the fingers in radians.
# They point inwards, which keeps the wrist's knuckles off the tote.
PALM = np.array([0.128, -0.034, 0.0])
PALM_YAW = -0.15
# Height of the palm's upper edge above its middle, and its distance below the tote's rim.
PALM_EDGE_M = 0.0375
BELOW_RIM_M = 0.015
# Distance of a held tote ahead of the pelvis, and of the robot at first sight of the tote.
AHEAD_M, APPROACH_M = 0.40, 0.85
# Distance of an open palm from the tote's side, and depth to which a closed one presses into it.
OPEN_M, PRESS_M = 0.10, 0.06
# Height of the lift, clearance above the table on the way, and depth of setting down.
LIFT_M, CLEAR_M, DOWN_M = 0.09, 0.06, 0.02
BACK_OFF_M = 0.55
# Distance of the robot from the table when it sets the tote down, and the run-up to it.
TABLE_M, TABLE_RUN_M = 0.26, 0.5
# Outstretched arms with a load make the legs sway when they stop. The robot walks gently and
# doesn't correct its final position, because the hands follow the tote and the table.
CAREFUL = Manner(walk_m_s=0.2, turn_rad_s=0.4, gain_hz=0.6, drift_m_s=0.03, stray_m=0.085)


def carry_tote(pilot: Pilot) -> Script:
    """Carry the tote from the shelf to the table."""
    size = np.array(pilot.world.layout.parameters["size_m"])
    tote = pilot.world.body(TOTE)
    yaw = float(quat_yaw(tote.quat))
    grip = tote.position + (size[2] - RIM_M[1] - PALM_EDGE_M - BELOW_RIM_M) * UP
    ahead = quat_rotate(quat_from_yaw(yaw), AHEAD)
    before, at, back = (
        grip - distance * ahead for distance in (APPROACH_M, AHEAD_M, AHEAD_M + BACK_OFF_M)
    )
    yield from pilot.walk_to(before[0], before[1], yaw)
    height = grip[2] - pilot.world.base.position[2]
    between = Pose(np.array([AHEAD_M, 0.0, height]), quat_from_yaw(0.0))
    _aim_palms(pilot, between, size[1] / 2 + OPEN_M, in_world=False)
    yield from pilot.arrive()
    pilot.manner = CAREFUL
    yield from pilot.walk_to(at[0], at[1], yaw)
    yield from pilot.rest()
    yield from _lift(pilot, Pose(grip, quat_from_yaw(yaw)), size[1] / 2)
    yield from pilot.walk_to(back[0], back[1], yaw)
    yield from _carry_to_table(pilot, size)


def _lift(pilot: Pilot, grip: Pose, half_width_m: float) -> Script:
    """Press the palms to the tote's sides and lift it.

    Args:
        pilot: Stands in front of the tote.
        grip: Middle between the palms, in the world, where the tote stays when the base moves.
        half_width_m: Half the width of the tote, in metres.
    """
    _aim_palms(pilot, grip, half_width_m + OPEN_M, in_world=True)
    yield from pilot.arrive(settle_s=0.2)
    _aim_palms(pilot, grip, half_width_m - PRESS_M, in_world=True)
    yield from pilot.arrive(settle_s=0.5)
    held = pilot.to_base(_raise(grip, LIFT_M))
    _aim_palms(pilot, held, half_width_m - PRESS_M, in_world=False)
    yield from pilot.arrive(settle_s=0.3)


def _carry_to_table(pilot: Pilot, size: Array) -> Script:
    """Bring the held tote to the table, set it down and step back.

    Args:
        pilot: Holds the tote.
        size: Size of the tote, (3,) m.
    """
    x, y, yaw = pilot.world.layout.parameters["table"]
    table = pilot.world.layout.parameters["table_height_m"]
    stand, before = (
        np.array([x, y, 0.0]) - distance * quat_rotate(quat_from_yaw(yaw), AHEAD)
        for distance in (TABLE_M, TABLE_M + TABLE_RUN_M)
    )
    here = pilot.world.base.position
    yield from pilot.walk_to(here[0], here[1], yaw)
    yield from pilot.walk_to(before[0], before[1], yaw)
    press_m, open_m = size[1] / 2 - PRESS_M, size[1] / 2 + OPEN_M
    # Hands sag under the load and the tote shifts in them, so its true height is looked up.
    grip = _raise(_find_grip(pilot), table + CLEAR_M - _find_lowest_point(pilot, size))
    _aim_palms(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive()
    yield from _walk_with_level_tote(pilot, grip, press_m, np.array([*stand[:2], yaw]))
    yield from pilot.rest()
    grip = _raise(_find_grip(pilot), table - DOWN_M - _find_lowest_point(pilot, size))
    _aim_palms(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive(settle_s=0.4)
    _aim_palms(pilot, grip, open_m, in_world=True)
    yield from pilot.arrive(settle_s=0.3)
    _aim_palms(pilot, pilot.to_base(grip), open_m, in_world=False)
    yield from pilot.walk_to(before[0], before[1], yaw)


def _walk_with_level_tote(pilot: Pilot, grip: Pose, press_m: float, stand: Array) -> Script:
    """Walk with the tote at a constant height, although the pelvis sinks as the robot steps.

    Args:
        pilot: Holds the tote.
        grip: Middle between the palms at the start, in the world.
        press_m: Distance of each palm from the middle, in metres.
        stand: x and y in metres and yaw in radians to walk to, in the world, (3,).
    """
    carried = pilot.to_base(grip)
    for _ in pilot.walk_to(stand[0], stand[1], stand[2], settle_s=0.3):
        height = grip.position[2] - pilot.world.base.position[2]
        level = Pose(np.array([*carried.position[:2], height]), carried.quat)
        _aim_palms(pilot, level, press_m, in_world=False)
        yield


def _find_grip(pilot: Pilot) -> Pose:
    """Return the middle between the palms as they are commanded, in the world."""
    hands = [pilot.to_world(hand) for hand in pilot.hands]
    palms = [
        hand.position + quat_rotate(hand.quat, PALM * [1.0, side, 1.0])
        for hand, side in zip(hands, (1.0, -1.0), strict=True)
    ]
    return Pose(np.mean(palms, axis=0), quat_multiply(hands[0].quat, quat_from_yaw(-PALM_YAW)))


def _raise(pose: Pose, height_m: float) -> Pose:
    return Pose(pose.position + height_m * UP, pose.quat)


def _find_lowest_point(pilot: Pilot, size: Array) -> float:
    """Return the height of the tote's lowest corner in the world, in metres."""
    tote = pilot.world.body(TOTE)
    corners = np.array([[x, y, 0.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * size
    return float((tote.position + quat_rotate(tote.quat, corners))[:, 2].min())


def _aim_palms(pilot: Pilot, grip: Pose, half_width_m: float, *, in_world: bool) -> None:
    """Aim the palms at both sides of ``grip``.

    Args:
        pilot: Moves the hands.
        grip: Middle between the palms; its x axis points where the fingers do.
        half_width_m: Distance of each palm from the middle, in metres.
        in_world: Whether ``grip`` is in the world; otherwise in the levelled base frame.
    """
    for index, side in enumerate((1.0, -1.0)):
        quat = quat_multiply(grip.quat, quat_from_yaw(side * PALM_YAW))
        palm = grip.position + side * half_width_m * quat_rotate(grip.quat, LEFT)
        wrist = palm - quat_rotate(quat, PALM * [1.0, side, 1.0])
        pilot.aim(index, Pose(wrist, quat), in_world=in_world)
