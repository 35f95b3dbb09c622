import numpy as np
import pytest

from envs.tasks.registry import build_task
from envs.tasks.task import Pose
from robot.timing import CONTROL_DT_S
from teleop.operators.pilot import UP, Manner, Pilot, turn

WORLD = build_task({"task": "tote", "seed": 3})


def test_poses_go_to_the_base_and_back() -> None:
    pilot = Pilot(WORLD)
    pose = Pose(np.array([0.4, -0.2, 0.9]), turn(0.7))
    back = pilot.to_world(pilot.to_base(pose))
    assert back.position == pytest.approx(pose.position)
    assert abs(back.quat @ pose.quat) == pytest.approx(1.0)


def test_hands_move_no_faster_than_the_manner_allows_and_arrive() -> None:
    pilot = Pilot(WORLD, Manner(hand_m_s=0.5))
    goal = Pose(pilot.hands[0].position + 0.1 * UP, turn(0.0))
    pilot.aim(0, goal, in_world=False)
    for _ in range(200):
        before = pilot.hands[0].position
        pilot.advance()
        step = np.linalg.norm(pilot.hands[0].position - before)
        assert step <= 0.5 * CONTROL_DT_S + 1e-9
    assert pilot.hands[0].position == pytest.approx(goal.position)
    assert abs(pilot.hands[0].quat @ goal.quat) == pytest.approx(1.0)


def test_a_goal_in_the_world_is_kept_when_the_base_moves() -> None:
    world = build_task({"task": "tote", "seed": 3})
    pilot = Pilot(world)
    goal = pilot.to_world(pilot.hands[1])
    pilot.aim(1, goal, in_world=True)
    world.data.qpos[world.model.joint("robot/floating_base_joint").qposadr[0]] += 0.1
    assert pilot.to_world(pilot.hands[1]).position == pytest.approx(goal.position)


def test_the_base_command_points_at_the_station_and_rests_there() -> None:
    world = build_task({"task": "tote", "seed": 3})
    pilot = Pilot(world)
    pilot.advance()
    assert not pilot.command[:3].any()
    ahead = pilot.to_world(Pose(np.array([1.0, 0.0, 0.0]), turn(0.0))).position
    walk = pilot.walk_to(ahead[0], ahead[1], float(pilot.station[2]))
    next(walk)
    assert pilot.command[:3] == pytest.approx([pilot.manner.walk_m_s, 0.0, 0.0], abs=1e-6)
