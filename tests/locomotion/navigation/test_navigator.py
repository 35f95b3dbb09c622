import numpy as np
import pytest

from drive2walk.locomotion.navigation.navigator import Navigator
from tests.locomotion.navigation.maps import GRID, NOTHING, RADIUS_M, boxes


def walk(
    obstacles: np.ndarray, goal: tuple[float, float], seconds: float = 60.0
) -> tuple[np.ndarray, Navigator]:
    """Follow the commands without dynamics; return (x, y, yaw) of each step and the navigator."""
    navigator = Navigator(GRID, goal, RADIUS_M)
    x = y = yaw = 0.0
    trail = []
    for step in range(round(seconds / 0.05)):
        if step % 4 == 0:
            navigator.replan(~obstacles, obstacles, NOTHING, (x, y))
        vx, vy, wz = navigator.command((x, y, yaw))
        assert abs(wz) <= 0.7 + 1e-9
        assert vy == 0
        x += 0.05 * vx * np.cos(yaw)
        y += 0.05 * vx * np.sin(yaw)
        yaw += 0.05 * wz
        trail.append((x, y, yaw))
        if navigator.plan.arrived:
            break
    return np.array(trail), navigator


def clearance(trail: np.ndarray, obstacles: np.ndarray) -> float:
    occupied = GRID.centers(np.argwhere(obstacles))
    return float(np.hypot(*(trail[:, None, :2] - occupied).reshape(-1, 2).T).min())


@pytest.mark.parametrize("goal", [(3.0, 0.0), (0.0, 2.5), (-1.5, -1.0)])
def test_walks_to_a_goal_in_the_open_from_any_direction(goal: tuple[float, float]) -> None:
    trail, navigator = walk(boxes(), goal)
    assert navigator.plan.arrived
    assert np.hypot(*(trail[-1, :2] - goal)) < 0.3
    assert not navigator.command(tuple(trail[-1])).any()


def test_goes_around_a_wall_and_keeps_its_distance() -> None:
    wall = boxes((1.5, 1.7, -2.0, 2.5))
    trail, navigator = walk(wall, (3.5, 0.0))
    assert navigator.plan.arrived
    assert clearance(trail, wall) > RADIUS_M
    assert trail[:, 1].min() < -2.0


def test_walks_through_a_door_of_one_metre() -> None:
    wall = boxes((1.5, 1.7, -4.0, 0.5), (1.5, 1.7, 1.5, 4.0))
    trail, navigator = walk(wall, (3.5, 1.0))
    assert navigator.plan.arrived
    assert clearance(trail, wall) > 0.35


def test_does_not_cut_a_corner_that_it_walks_around() -> None:
    wall = boxes((-2.0, 1.0, 0.45, 4.0))
    trail, navigator = walk(wall, (1.5, 2.5))
    assert navigator.plan.arrived
    assert clearance(trail, wall) > RADIUS_M
