"""A crossing starts with the goal where the scene has it."""

import numpy as np
import pytest

from drive2walk.agent import Agent
from drive2walk.checkpoints.released import load_controller
from drive2walk.demo.crossing import RunningCrossing, TrainedRobot
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.scenes.registry import SCENES
from drive2walk.robot.spec import load_robot

SPEC = load_robot("unitree_g1")


class ClosedEyes:
    """Eyes that are never asked to look."""

    image = np.zeros((1, 1, 3), dtype=np.uint8)

    def look(self, world: RobotWorld) -> None:
        raise AssertionError("the crossing looked")


@pytest.fixture(scope="module")
def robot() -> TrainedRobot:
    return TrainedRobot(SPEC, load_controller("unitree_g1"), None)


@pytest.mark.parametrize("seed", [1006, 1008, 1009])
def test_the_goal_lies_in_the_direction_that_the_scene_gives(
    robot: TrainedRobot, seed: int
) -> None:
    world = RobotWorld(SCENES["office"](seed), SPEC)
    x, y, yaw = world.scene.start
    goal_x, goal_y = RunningCrossing(world, robot, ClosedEyes()).agent.navigator.goal
    assert abs(np.sin(yaw)) > 0.5
    found = (
        x + goal_x * np.cos(yaw) - goal_y * np.sin(yaw),
        y + goal_x * np.sin(yaw) + goal_y * np.cos(yaw),
    )
    assert found == pytest.approx(world.scene.goal)


def test_a_crossing_that_has_not_begun_has_walked_nowhere(robot: TrainedRobot) -> None:
    world = RobotWorld(SCENES["office"](1006), SPEC)
    result = RunningCrossing(world, robot, ClosedEyes()).result(1006)
    start, goal = np.array(world.scene.start[:2]), np.array(world.scene.goal)
    assert result.path_length_m == 0
    assert result.path_ratio is None
    assert result.odometry_error_m < 0.02
    assert not result.success
    assert result.final_distance_m == pytest.approx(np.hypot(*(goal - start)), abs=0.02)


def test_the_path_ratio_compares_the_walk_with_the_shortest_way_of_this_robot(
    robot: TrainedRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = RobotWorld(SCENES["office"](1006), SPEC)
    crossing = RunningCrossing(world, robot, ClosedEyes())
    start, goal = np.array(world.scene.start[:2]), np.array(world.scene.goal)
    shortest = scene_free_space(world.scene).shortest_path_m(start, goal, SPEC.footprint_radius_m)
    # A walk of one metre that ends at the goal.
    monkeypatch.setattr(Agent, "arrived", True)
    world.data.qpos[world.model.joint("robot/floating_base_joint").qposadr[0] :][:2] = goal
    crossing._trail = [start, start + np.array([1.0, 0.0])]
    assert crossing.result(1006).path_ratio == pytest.approx(1.0 / shortest, abs=1e-3)
