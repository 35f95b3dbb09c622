"""Carries the tote: palms to its sides, press, lift, back off, turn, set down, release.

The tote is in view of the head camera from the start. The side of the table is in the words of the
task, and the table comes into view when the robot turns to it.
"""

from __future__ import annotations

import numpy as np

from drive2walk.envs.scenes.items.tote import RIM_M, TOTE
from drive2walk.envs.tasks.contacts import body_touches_geom, robot_touches, world_touches
from drive2walk.envs.tasks.task import Pose, TaskWorld
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_rotate, quat_yaw, wrap_angle
from drive2walk.teleop.scripts.motion.axes import AHEAD, LEFT, UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.palms import aim_palms, find_palms_middle
from drive2walk.teleop.scripts.motion.pilot import Pilot, Script
from drive2walk.teleop.scripts.motion.skills import do_while, follow_skills

# Height of the palm's upper edge above its middle, and its distance below the tote's rim.
PALM_EDGE_M = 0.0375
BELOW_RIM_M = 0.015
# Distance of the palms' middle below the tote's rim.
GRIP_BELOW_TOP_M = RIM_M[1] + PALM_EDGE_M + BELOW_RIM_M
# Distance of a held tote ahead of the pelvis, and of the robot at first sight of the tote.
AHEAD_M, APPROACH_M = 0.40, 0.85
# Distance of an open palm from the tote's side, and depth to which a closed one presses into it.
OPEN_M, PRESS_M = 0.10, 0.06
# Height of the lift, clearance above the table on the way, and depth of setting down.
LIFT_M, CLEAR_M, DOWN_M = 0.09, 0.06, 0.02
BACK_OFF_M = 0.55
# Distance of the robot from the table when it sets the tote down, and the run-up to it.
TABLE_M, TABLE_RUN_M = 0.26, 0.5
# A wrist nearer than this to the tote's middle, or to the shelf's front, has to be drawn back.
NEAR_TOTE_M, NEAR_SHELF_M, BACK_M = 0.36, 0.25, 0.35
# Largest distance of a hand from the tote, to the left or right, at which it may be in the shelf.
SHELF_HALF_WIDTH_M = 0.7
# Position of the shelf's front, and the one beyond which a lifted tote is still over the shelf. The
# pelvis stays this far away from the front.
SHELF_X_M, OVER_SHELF_X_M, SHELF_CLEAR_M = 1.1, 0.85, 0.22
# A tote that leans further than this can't be put on the table upright.
LEANING_COS, FALLEN_M = 0.7, 0.5
# Outstretched arms with a load make the legs sway when they stop. The robot walks gently and
# doesn't correct its final position, because the hands follow the tote and the table.
CAREFUL = Manner(walk_m_s=0.2, turn_rad_s=0.4, gain_hz=0.6, drift_m_s=0.03, stray_m=0.085)


def carry_tote(pilot: Pilot) -> Script:
    """Carry the tote from the shelf to the table."""
    yield from follow_skills(pilot, _choose_skill, _find_failure)


def _choose_skill(pilot: Pilot) -> Script | None:
    """Return the next skill: release, carry, draw the hands back, or fetch."""
    world = pilot.world
    if world.success():
        return None
    if body_touches_geom(world.model, world.data, TOTE, "table_top"):
        return _release(pilot)
    if _is_lifted(world):
        return _carry_to_table(pilot)
    if _is_hand_near(pilot):
        return _draw_back(pilot)
    return _fetch(pilot)


def _find_failure(world: TaskWorld) -> str:
    """Return why the tote can't be carried any more, empty if it can."""
    if world.body(TOTE).position[2] < FALLEN_M:
        return "the tote fell to the floor"
    if world.data.body(TOTE).xmat[8] < LEANING_COS:
        return "the tote tipped over"
    return ""


def _is_lifted(world: TaskWorld) -> bool:
    """Return whether the robot alone touches the tote."""
    return robot_touches(world.model, world.data, TOTE) and not world_touches(
        world.model, world.data, TOTE
    )


def _is_hand_near(pilot: Pilot) -> bool:
    """Return whether a hand is at the tote or over the shelf."""
    middle = _find_middle(pilot.world)
    hands = [pilot.world.hand(k).position for k in range(2)]
    at_tote = min(np.linalg.norm(hand - middle) for hand in hands) < NEAR_TOTE_M
    over_shelf = [
        hand[0] > SHELF_X_M - NEAR_SHELF_M and abs(hand[1] - middle[1]) < SHELF_HALF_WIDTH_M
        for hand in hands
    ]
    return bool(at_tote or any(over_shelf))


def _draw_back(pilot: Pilot) -> Script:
    """Take the hands off the tote, walk backwards, and bring the arms home."""
    pilot.manner = Manner()
    for index, side in enumerate((1.0, -1.0)):
        hand = pilot.hands[index]
        pilot.aim(index, Pose(hand.position + side * OPEN_M * LEFT, hand.quat), in_world=False)
    yield from pilot.arrive()
    yaw = float(quat_yaw(pilot.world.base.quat))
    x, y, _ = pilot.world.base.position - BACK_M * quat_rotate(quat_from_yaw(yaw), AHEAD)
    yield from pilot.walk_to(x, y, yaw)
    for index, pose in enumerate(pilot.home):
        pilot.aim(index, pose, in_world=False)
    yield from pilot.arrive()


def _fetch(pilot: Pilot) -> Script:
    """Walk up to the tote, press the palms to its sides, lift it, and walk backwards with it."""
    pilot.manner = Manner()
    world = pilot.world
    size = np.array(world.layout.parameters["size_m"])
    tote = world.body(TOTE)
    # Seen from behind, a tote is the same.
    yaw = float(wrap_angle(2 * quat_yaw(tote.quat))) / 2
    grip = tote.position + (size[2] - GRIP_BELOW_TOP_M) * UP
    ahead = quat_rotate(quat_from_yaw(yaw), AHEAD)
    reach = max(AHEAD_M, float(grip[0]) - SHELF_X_M + SHELF_CLEAR_M)
    before, at, back = (
        grip - distance * ahead for distance in (APPROACH_M, reach, reach + BACK_OFF_M)
    )
    yield from pilot.walk_to(before[0], before[1], yaw)
    height = grip[2] - world.base.position[2]
    between = Pose(np.array([AHEAD_M, 0.0, height]), quat_from_yaw(0.0))
    aim_palms(pilot, between, size[1] / 2 + OPEN_M, in_world=False)
    yield from pilot.arrive()
    pilot.manner = CAREFUL
    yield from pilot.walk_to(at[0], at[1], yaw)
    yield from pilot.rest()
    yield from _lift(pilot, Pose(grip, quat_from_yaw(yaw)), size[1] / 2)
    yield from pilot.walk_to(back[0], back[1], yaw)


def _lift(pilot: Pilot, grip: Pose, half_width_m: float) -> Script:
    """Press the palms to the tote's sides and lift it.

    Args:
        pilot: Stands in front of the tote.
        grip: Middle between the palms, in the world, where the tote stays when the base moves.
        half_width_m: Half the width of the tote, in metres.
    """
    aim_palms(pilot, grip, half_width_m + OPEN_M, in_world=True)
    yield from pilot.arrive(settle_s=0.2)
    aim_palms(pilot, grip, half_width_m - PRESS_M, in_world=True)
    yield from pilot.arrive(settle_s=0.5)
    held = pilot.to_base(_raise(grip, LIFT_M))
    aim_palms(pilot, held, half_width_m - PRESS_M, in_world=False)
    yield from pilot.arrive(settle_s=0.3)


def _carry_to_table(pilot: Pilot) -> Script:
    """Bring the held tote to the table and set it down; stop if it is lost."""
    world = pilot.world
    pilot.manner = CAREFUL

    def is_held() -> bool:
        return robot_touches(world.model, world.data, TOTE)

    yield from do_while(_leave_shelf(pilot), is_held)
    if is_held():
        yield from do_while(_set_down_on_table(pilot), is_held)


def _leave_shelf(pilot: Pilot) -> Script:
    """Take a firm hold of the tote, raise it off the shelf, and walk backwards to open ground."""
    world = pilot.world
    size = np.array(world.layout.parameters["size_m"])
    press_m = size[1] / 2 - PRESS_M
    grip = find_palms_middle(pilot)
    over_shelf = world.body(TOTE).position[0] > OVER_SHELF_X_M
    if over_shelf:
        height = world.layout.parameters["shelf_height_m"] + LIFT_M / 2
        grip = _raise(grip, max(0.0, height - _find_lowest_point(world, size)))
    aim_palms(pilot, pilot.to_base(grip), press_m, in_world=False)
    yield from pilot.arrive()
    if over_shelf:
        yaw = float(quat_yaw(world.base.quat))
        reach = float(grip.position[0] - world.base.position[0])
        distance = BACK_OFF_M + max(0.0, AHEAD_M - reach)
        x, y, _ = world.base.position - distance * quat_rotate(quat_from_yaw(yaw), AHEAD)
        yield from pilot.walk_to(x, y, yaw)


def _set_down_on_table(pilot: Pilot) -> Script:
    """Turn to the table with the held tote, walk up to it, and lower the tote onto it."""
    world = pilot.world
    size = np.array(world.layout.parameters["size_m"])
    table = world.layout.parameters["table_height_m"]
    yaw = world.layout.parameters["table"][2]
    stand, before = _find_stands(world)
    here = world.base.position
    yield from pilot.walk_to(here[0], here[1], yaw)
    yield from pilot.walk_to(before[0], before[1], yaw)
    press_m = size[1] / 2 - PRESS_M
    # Hands sag under the load and the tote shifts in them, so its true height is looked up.
    grip = _raise(find_palms_middle(pilot), table + CLEAR_M - _find_lowest_point(world, size))
    aim_palms(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive()
    yield from _walk_with_level_tote(pilot, grip, press_m, np.array([*stand[:2], yaw]))
    yield from pilot.rest()
    grip = _raise(find_palms_middle(pilot), table - DOWN_M - _find_lowest_point(world, size))
    aim_palms(pilot, grip, press_m, in_world=True)
    yield from pilot.arrive(settle_s=0.4)


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
        aim_palms(pilot, level, press_m, in_world=False)
        yield


def _release(pilot: Pilot) -> Script:
    """Take the hands off a tote that stands on the table, and step back."""
    world = pilot.world
    open_m = world.layout.parameters["size_m"][1] / 2 + OPEN_M
    grip = find_palms_middle(pilot)
    aim_palms(pilot, grip, open_m, in_world=True)
    yield from pilot.arrive(settle_s=0.3)
    aim_palms(pilot, pilot.to_base(grip), open_m, in_world=False)
    _, before = _find_stands(world)
    yield from pilot.walk_to(before[0], before[1], world.layout.parameters["table"][2])


def _find_stands(world: TaskWorld) -> tuple[Array, Array]:
    """Return where the robot stands at the table, and before its run-up, in the world, (3,) m."""
    x, y, yaw = world.layout.parameters["table"]
    ahead = quat_rotate(quat_from_yaw(yaw), AHEAD)
    edge = np.array([x, y, 0.0])
    return edge - TABLE_M * ahead, edge - (TABLE_M + TABLE_RUN_M) * ahead


def _raise(pose: Pose, height_m: float) -> Pose:
    return Pose(pose.position + height_m * UP, pose.quat)


def _find_middle(world: TaskWorld) -> Array:
    """Return the tote's middle in the world, (3,) m."""
    tote, height = world.body(TOTE), world.layout.parameters["size_m"][2]
    middle: Array = tote.position + quat_rotate(tote.quat, height / 2 * UP)
    return middle


def _find_lowest_point(world: TaskWorld, size: Array) -> float:
    """Return the height of the tote's lowest corner in the world, in metres."""
    tote = world.body(TOTE)
    corners = np.array([[x, y, 0.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * size
    return float((tote.position + quat_rotate(tote.quat, corners))[:, 2].min())
