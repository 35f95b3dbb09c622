import dataclasses

import numpy as np
import pytest

from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.estimation.tick import Tick
from drive2walk.locomotion.gait.placement import lift_off
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.proprioception import Proprioception


def tick_with_turned_foot(controller: WalkingController, yaw_rad: float) -> Tick:
    """Return the tick of a robot at home whose left foot is turned."""
    turned = controller.home[None].copy()
    turned[0, 2] = yaw_rad
    down = np.array([[0.0, 0.0, -1.0]])
    body = controller.measure(Proprioception(turned, 0 * turned, down, np.zeros((1, 3))))
    command = np.array([[0.0, 0.0, 0.0, controller.gait.parameters.height_m]])
    odometry = Odometry.from_rest(body.soles)
    return Tick.from_model(controller.gait.balance, body, odometry, command)


def test_feet_pass_each_other_at_their_distance_while_the_stance_foot_is_turned(
    gait_alone: WalkingController,
) -> None:
    gait = gait_alone.gait
    tick = tick_with_turned_foot(gait_alone, -0.3)  # its toes point at the right foot's way
    state = gait.start(tick.odometry, np.zeros(1, dtype=int), np.zeros(1, dtype=bool))
    landing = gait.placement.within_reach(np.array([[0.2, -0.05]]), state, tick)[0]
    yaw = tick.body.foot_yaw[0, 0]
    across = np.cos(yaw) * landing[1] - np.sin(yaw) * landing[0]
    assert yaw < -0.2
    assert across == pytest.approx(-gait.parameters.min_separation_m)


def test_the_swing_foot_lifted_off_where_it_was_then_seen_from_now(
    gait_alone: WalkingController,
) -> None:
    gait = gait_alone.gait
    tick = tick_with_turned_foot(gait_alone, 0.0)
    state = gait.start(tick.odometry, np.zeros(1, dtype=int), np.zeros(1, dtype=bool))
    state = dataclasses.replace(state, swing_rise=np.array([0.05]))
    moved = dataclasses.replace(
        tick.odometry, position=np.array([[0.3, 0.0]]), yaw=np.array([np.pi / 2])
    )
    seen = lift_off(state, dataclasses.replace(tick, odometry=moved))[0]
    x, y = state.swing_start[0]
    # A quarter turn to the left: what lies ahead of the start is now to the right.
    assert seen[:2] == pytest.approx([y, -(x - 0.3)])
    assert seen[2] == pytest.approx(tick.body.soles[0, 0, 2] + 0.05)
