import numpy as np
import pytest

from drive2walk.locomotion.navigation.navigator import Navigator
from drive2walk.robot.geometry.grid import Grid

GRID = Grid(-2.0, 6.0, -4.0, 4.0, 0.1)
RADIUS_M = 0.3
NOTHING = np.zeros(GRID.shape, dtype=bool)


def boxes(*rectangles: tuple[float, float, float, float]) -> np.ndarray:
    centers = GRID.all_centers()
    x, y = centers[..., 0], centers[..., 1]
    inside = [(x > x0) & (x < x1) & (y > y0) & (y < y1) for x0, x1, y0, y1 in rectangles]
    return np.any(inside, axis=0) if inside else np.zeros(GRID.shape, dtype=bool)


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


def test_prefers_known_floor_to_a_slightly_shorter_path_over_unknown_ground() -> None:
    navigator = Navigator(GRID, (4.0, 0.0), RADIUS_M)
    known = ~boxes((1.0, 3.0, -0.5, 3.0))
    navigator.replan(known, boxes(), NOTHING, (0.0, 0.0))
    middle = navigator.plan.path[np.abs(navigator.plan.path[:, 0] - 2.0) < 0.3]
    assert (middle[:, 1] < -0.5).all()


def test_looks_around_where_no_path_is_known() -> None:
    ring = boxes((-1.9, 1.9, -1.9, 1.9)) & ~boxes((-1.5, 1.5, -1.5, 1.5))
    navigator = Navigator(GRID, (4.0, 0.0), RADIUS_M)
    navigator.replan(~ring, ring, NOTHING, (0.0, 0.0))
    assert navigator.plan.lost
    vx, vy, wz = navigator.command((0.0, 0.0, 0.0))
    assert (vx, vy) == (0, 0)
    assert wz != 0


def test_has_searched_after_a_whole_turn_without_a_path_and_not_before() -> None:
    ring = boxes((-1.9, 1.9, -1.9, 1.9)) & ~boxes((-1.5, 1.5, -1.5, 1.5))
    navigator = Navigator(GRID, (4.0, 0.0), RADIUS_M)
    navigator.replan(~ring, ring, NOTHING, (0.0, 0.0))
    for yaw in np.linspace(0.0, 1.9 * np.pi, 100):
        navigator.command((0.0, 0.0, float(yaw)))
    assert not navigator.searched
    for yaw in np.linspace(1.9 * np.pi, 2.1 * np.pi, 10):
        navigator.command((0.0, 0.0, float(yaw)))
    assert navigator.searched
    navigator.replan(~boxes(), boxes(), NOTHING, (0.0, 0.0))
    navigator.command((0.0, 0.0, 0.0))
    assert not navigator.searched


def test_turns_in_place_before_walking_back() -> None:
    navigator = Navigator(GRID, (-1.8, 0.0), RADIUS_M)
    navigator.replan(~boxes(), boxes(), NOTHING, (0.0, 0.0))
    vx, _, wz = navigator.command((0.0, 0.0, 0.0))
    assert vx == 0
    assert abs(wz) == pytest.approx(0.7)


def test_keeps_its_path_while_another_costs_about_the_same() -> None:
    wall = boxes((1.5, 1.7, -1.5, 1.5))
    navigator = Navigator(GRID, (3.0, 0.0), RADIUS_M)
    navigator.replan(~wall, wall, NOTHING, (0.0, 0.0))
    first = np.sign(navigator.plan.path[:, 1].sum())
    # Unknown ground makes the chosen side a little more expensive.
    known = ~wall & ~(boxes((1.9, 2.3, -4.0, 4.0)) & (np.sign(_y()) == first))
    navigator.replan(known, wall, NOTHING, (0.0, 0.0))
    assert np.sign(navigator.plan.path[:, 1].sum()) == first
    # A wall across it makes it impossible.
    blocked = wall | (boxes((1.5, 1.7, -4.0, 4.0)) & (np.sign(_y()) == first))
    navigator.replan(~blocked, blocked, NOTHING, (0.0, 0.0))
    assert np.sign(navigator.plan.path[:, 1].sum()) == -first


def test_no_path_leads_through_a_thin_wall_from_close_by() -> None:
    wall = boxes((0.1, 0.2, -4.0, 3.0))
    navigator = Navigator(GRID, (2.0, 0.0), RADIUS_M)
    navigator.replan(~wall, wall, NOTHING, (0.0, 0.0))
    path = navigator.plan.path
    assert len(path) > 0
    crossing = path[(path[:, 0] > 0.1) & (path[:, 0] < 0.2)]
    assert (crossing[:, 1] > 3.0).all()
    # It leads away from the wall at once.
    assert path[:8, 0].max() <= path[0, 0] + 1e-9


def _y() -> np.ndarray:
    return GRID.all_centers()[..., 1]


def test_a_turn_goes_on_when_the_path_behind_changes_sides() -> None:
    navigator = Navigator(GRID, (-1.8, 0.1), RADIUS_M)
    navigator.replan(~boxes(), boxes(), NOTHING, (0.0, 0.0))
    first = navigator.command((0.0, 0.0, 0.0))[2]
    # A little later, the shorter turn would be back.
    assert navigator.command((0.0, 0.0, 0.3 * np.sign(-first)))[2] == first
    # Once the path is clearly on the other side, the turn follows it.
    assert navigator.command((0.0, 0.0, 1.9 * np.sign(-first)))[2] == pytest.approx(-first)


def test_does_not_cut_a_corner_that_it_walks_around() -> None:
    wall = boxes((-2.0, 1.0, 0.45, 4.0))
    trail, navigator = walk(wall, (1.5, 2.5))
    assert navigator.plan.arrived
    assert clearance(trail, wall) > RADIUS_M


def test_suspects_are_avoided_unless_they_are_the_only_path() -> None:
    suspects = boxes((1.5, 1.9, -1.0, 1.0))
    navigator = Navigator(GRID, (3.5, 0.0), RADIUS_M)
    navigator.replan(~suspects, NOTHING, suspects, (0.0, 0.0))
    crossing = navigator.plan.path[np.abs(navigator.plan.path[:, 0] - 1.7) < 0.15]
    assert (np.abs(crossing[:, 1]) > 1.0).all()
    sides = boxes((1.5, 1.9, -4.0, -1.0), (1.5, 1.9, 1.0, 4.0))
    navigator.replan(~suspects, sides, suspects, (0.0, 0.0))
    assert len(navigator.plan.path)
    assert np.hypot(*(navigator.plan.path[-1] - [3.5, 0.0])) < 0.2
