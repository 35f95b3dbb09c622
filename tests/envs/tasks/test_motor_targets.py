import numpy as np
import pytest

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import Pose
from drive2walk.robot.geometry.transforms import quat_conjugate, quat_multiply
from drive2walk.teleop.scripts.mishaps.arrange import reach_out
from drive2walk.teleop.scripts.motion.held_hands import find_held_hands
from drive2walk.teleop.scripts.motion.pilot import Pilot


def test_at_the_reset_arms_are_held_at_home_and_hands_are_open() -> None:
    world = build_task({"task": "sort", "seed": 2})
    legs = len(world.spec.leg_joint_names)
    assert world.upper_targets == pytest.approx(world.spec.home_qpos[legs:])
    assert world.grasps == pytest.approx([0.0, 0.0])


def test_free_arms_are_held_where_they_are() -> None:
    world = build_task({"task": "sort", "seed": 2})
    home = Pilot(world).hands
    shift = np.array([0.15, 0.0, 0.2])
    hands = [Pose(home[k].position + shift, home[k].quat) for k in (0, 1)]
    assert reach_out(world, hands, np.array([0.0, 1.0]))
    for index, held in enumerate(find_held_hands(world)):
        hand = world.hand(index)
        assert held.position == pytest.approx(hand.position, abs=0.005)
        turn = quat_multiply(held.quat, quat_conjugate(hand.quat))
        assert abs(turn[0]) == pytest.approx(1.0, abs=1e-3)
    assert world.grasps == pytest.approx([0.0, 1.0])
