"""The scripted tote operator: the place of its palms, and a whole episode."""

import numpy as np
import pytest

from drive2walk.checkpoints.released import load_controller
from drive2walk.envs.scenes.items.tote import TOTE
from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import Pose
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.recording.session import Session
from drive2walk.teleop.scripts.motion.axes import quat_from_yaw
from drive2walk.teleop.scripts.motion.palms import aim_palms, find_palms_middle
from drive2walk.teleop.scripts.motion.pilot import Pilot


@pytest.mark.parametrize("in_world", [False, True])
def test_palms_press_from_both_sides_of_where_they_grip(in_world: bool) -> None:
    pilot = Pilot(build_task({"task": "tote", "seed": 3}))
    grip = Pose(np.array([0.4, 0.1, 0.2]), quat_from_yaw(0.3))
    if in_world:
        grip = pilot.to_world(grip)
    aim_palms(pilot, grip, 0.2, in_world=in_world)
    for _ in range(300):
        pilot.advance()
    commanded = find_palms_middle(pilot)
    commanded = commanded if in_world else pilot.to_base(commanded)
    assert commanded.position == pytest.approx(grip.position)
    assert abs(commanded.quat @ grip.quat) == pytest.approx(1.0)


def test_a_tote_stays_between_the_palms_all_the_way_to_the_table() -> None:
    world = build_task({"task": "tote", "seed": 0})
    operator = ScriptedOperator(world)
    session = Session(world, load_controller("unitree_g1"), operator, clock=operator.clock)
    held = []
    while not session.over and world.time_s < 60.0:
        session.step()
        if world.body(TOTE).position[2] > world.layout.parameters["shelf_height_m"] + 0.05:
            palms = [operator._pilot.to_base(world.hand(k)).position[0] for k in range(2)]
            held.append(operator._pilot.to_base(world.body(TOTE)).position[0] - np.mean(palms))
    assert operator.succeeded
    assert np.ptp(held) < 0.08
