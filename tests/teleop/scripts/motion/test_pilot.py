import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.scripts.motion.axes import UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.manner import Manner
from drive2walk.teleop.scripts.motion.pilot import Pilot

WORLD = build_task({"task": "tote", "seed": 3})


def test_poses_convert_to_the_base_frame_and_back() -> None:
    pilot = Pilot(WORLD)
    pose = Pose(np.array([0.4, -0.2, 0.9]), quat_from_yaw(0.7))
    back = pilot.to_world(pilot.to_base(pose))
    assert back.position == pytest.approx(pose.position)
    assert abs(back.quat @ pose.quat) == pytest.approx(1.0)


def test_hands_move_no_faster_than_the_manner_allows_and_arrive() -> None:
    pilot = Pilot(WORLD, Manner(hand_m_s=0.5))
    goal = Pose(pilot.hands[0].position + 0.1 * UP, quat_from_yaw(0.0))
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
    ahead = pilot.to_world(Pose(np.array([1.0, 0.0, 0.0]), quat_from_yaw(0.0))).position
    walk = pilot.walk_to(ahead[0], ahead[1], float(pilot.station.goal[2]))
    next(walk)
    assert pilot.command[:3] == pytest.approx([pilot.manner.walk_m_s, 0.0, 0.0], abs=1e-6)


def test_a_base_that_strays_a_little_from_its_station_still_rests() -> None:
    world = build_task({"task": "tote", "seed": 3})
    pilot = Pilot(world, Manner(near_m=0.03, stray_m=0.04))
    joint = world.model.joint("robot/floating_base_joint").qposadr[0]
    start = world.data.qpos[joint]
    walk = pilot.walk_to(start + 0.05, world.data.qpos[joint + 1], float(pilot.station.goal[2]))
    reached = []
    # It walks at 5 cm from its station, rests at 2 cm, and still rests at 5 cm after that.
    for moved in (0.0, 0.03, 0.0, -0.03):
        world.data.qpos[joint] = start + moved
        for _ in range(50):
            next(walk, None)
            pilot.advance()
        reached.append(pilot.station.reached)
    assert reached == [False, True, True, False]


def test_rest_waits_until_the_base_stands_still() -> None:
    world = build_task({"task": "tote", "seed": 3})
    joint = world.model.joint("robot/floating_base_joint").qposadr[0]
    steps = 0
    for steps, _ in enumerate(Pilot(world).rest()):
        if steps < 50:
            world.data.qpos[joint] += 0.02 if steps % 10 == 0 else 0.0
    assert (steps + 1) * CONTROL_DT_S == pytest.approx(1.2, abs=0.05)


def test_the_pelvis_sinks_no_faster_than_the_manner_allows_and_stays_down() -> None:
    pilot = Pilot(build_task({"task": "tote", "seed": 3}), Manner(sink_m_s=0.2))
    assert np.isnan(pilot.command[3])  # unchanged
    heights = [pilot.command[3] for _ in pilot.sink_to(0.5)]
    assert np.abs(np.diff(heights)).max() <= 0.2 * CONTROL_DT_S + 1e-6
    assert pilot.command[3] == pytest.approx(0.5)
    heights = [pilot.command[3] for _ in pilot.sink_to(0.6)]
    assert heights[0] == pytest.approx(0.5)
    assert heights[-1] == pytest.approx(0.6)


def test_a_hand_closes_evenly_in_the_given_time() -> None:
    pilot = Pilot(WORLD)
    grasps = [pilot.grasp.copy() for _ in pilot.close_hand(1, 1.0, 0.5)]
    assert len(grasps) == round(0.5 / CONTROL_DT_S)
    assert np.diff([grasp[1] for grasp in grasps]) == pytest.approx(1 / len(grasps))
    assert pilot.grasp == pytest.approx([0.0, 1.0])
