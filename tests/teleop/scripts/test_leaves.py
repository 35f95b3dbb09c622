import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.tasks.leaves import LEAVES
from drive2walk.envs.tasks.registry import build_task
from drive2walk.robot.geometry.transforms import quat_from_axis_angle, quat_rotate
from drive2walk.teleop.scripts import leaves
from drive2walk.teleop.scripts.motion.axes import UP, quat_from_yaw
from drive2walk.teleop.scripts.motion.grip import PALM_DOWN, find_grip

WORLD = build_task({"task": "leaves", "seed": 3})


def test_palm_faces_down_and_fingers_point_ahead_and_down() -> None:
    fingers, palm = (quat_rotate(PALM_DOWN, axis) for axis in np.eye(3)[:2])
    assert palm[2] < -0.9
    assert fingers[0] > 0.9
    assert fingers[2] < 0


@pytest.mark.parametrize("turned_rad", [0.0, 0.4, -0.4, math.pi, math.pi - 0.4])
def test_the_robot_stands_across_the_midrib_without_walking_around_the_leaf(
    turned_rad: float,
) -> None:
    joint = WORLD.data.joint(LEAVES[0])
    joint.qpos[3:] = quat_from_yaw(turned_rad)
    mujoco.mj_forward(WORLD.model, WORLD.data)
    heading = leaves._find_heading(WORLD, LEAVES[0])
    assert abs(heading) < math.pi / 2
    assert math.sin(heading - turned_rad) == pytest.approx(0.0, abs=1e-6)


def test_rolling_a_leaf_about_its_midrib_keeps_the_heading() -> None:
    joint = WORLD.data.joint(LEAVES[0])
    joint.qpos[3:] = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(1.2))
    mujoco.mj_forward(WORLD.model, WORLD.data)
    assert leaves._find_heading(WORLD, LEAVES[0]) == pytest.approx(0.0, abs=1e-6)


def test_only_a_leaf_at_the_fingers_and_above_the_ground_is_held() -> None:
    world = build_task({"task": "leaves", "seed": 3})
    assert not leaves._is_held(world, LEAVES[0])
    world.data.joint(LEAVES[0]).qpos[:3] = find_grip(world) - 0.02 * UP
    mujoco.mj_forward(world.model, world.data)
    assert leaves._is_held(world, LEAVES[0])
