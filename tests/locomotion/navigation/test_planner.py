import numpy as np

from drive2walk.locomotion.navigation.planner import PathPlanner, Surroundings
from tests.locomotion.navigation.maps import GRID, NOTHING, RADIUS_M, boxes

ORIGIN = np.zeros(2)


def test_prefers_known_floor_to_a_slightly_shorter_path_over_unknown_ground() -> None:
    planner = PathPlanner(GRID, (4.0, 0.0), RADIUS_M)
    known = ~boxes((1.0, 3.0, -0.5, 3.0))
    planner.replan(Surroundings(known, boxes(), NOTHING), ORIGIN)
    middle = planner.plan.path[np.abs(planner.plan.path[:, 0] - 2.0) < 0.3]
    assert (middle[:, 1] < -0.5).all()


def test_a_gap_of_the_footprint_is_crossed_only_where_no_wider_one_is_left() -> None:
    width_m = 2 * RADIUS_M + 0.05
    narrow, wide = (0.2, 0.2 + width_m), (1.8, 3.8)
    wall = boxes(
        (1.5, 1.7, -4.0, narrow[0]), (1.5, 1.7, narrow[1], wide[0]), (1.5, 1.7, wide[1], 4.0)
    )
    planner = PathPlanner(GRID, (3.0, 0.4), RADIUS_M)
    crossing = planner.replan(Surroundings(~wall, wall, NOTHING), ORIGIN).path
    assert (crossing[np.abs(crossing[:, 0] - 1.6) < 0.1][:, 1] > wide[0]).all()
    wall |= boxes((1.5, 1.7, *wide))
    crossing = planner.replan(Surroundings(~wall, wall, NOTHING), ORIGIN).path
    assert len(crossing)
    between = crossing[np.abs(crossing[:, 0] - 1.6) < 0.1][:, 1]
    assert ((between > narrow[0]) & (between < narrow[1])).all()


def test_keeps_its_path_while_another_costs_about_the_same() -> None:
    wall = boxes((1.5, 1.7, -1.5, 1.5))
    planner = PathPlanner(GRID, (3.0, 0.0), RADIUS_M)
    planner.replan(Surroundings(~wall, wall, NOTHING), ORIGIN)
    first = np.sign(planner.plan.path[:, 1].sum())
    # Unknown ground makes the chosen side a little more expensive.
    known = ~wall & ~(boxes((1.9, 2.3, -4.0, 4.0)) & (np.sign(GRID.all_centers()[..., 1]) == first))
    planner.replan(Surroundings(known, wall, NOTHING), ORIGIN)
    assert np.sign(planner.plan.path[:, 1].sum()) == first
    # A wall across it makes it impossible.
    blocked = wall | (boxes((1.5, 1.7, -4.0, 4.0)) & (np.sign(GRID.all_centers()[..., 1]) == first))
    planner.replan(Surroundings(~blocked, blocked, NOTHING), ORIGIN)
    assert np.sign(planner.plan.path[:, 1].sum()) == -first


def test_no_path_leads_through_a_thin_wall_from_close_by() -> None:
    wall = boxes((0.1, 0.2, -4.0, 3.0))
    planner = PathPlanner(GRID, (2.0, 0.0), RADIUS_M)
    planner.replan(Surroundings(~wall, wall, NOTHING), ORIGIN)
    path = planner.plan.path
    assert len(path) > 0
    crossing = path[(path[:, 0] > 0.1) & (path[:, 0] < 0.2)]
    assert (crossing[:, 1] > 3.0).all()
    # It leads away from the wall at once.
    assert path[:8, 0].max() <= path[0, 0] + 1e-9


def test_suspects_are_avoided_unless_they_are_the_only_path() -> None:
    suspects = boxes((1.5, 1.9, -1.0, 1.0))
    planner = PathPlanner(GRID, (3.5, 0.0), RADIUS_M)
    planner.replan(Surroundings(~suspects, NOTHING, suspects), ORIGIN)
    crossing = planner.plan.path[np.abs(planner.plan.path[:, 0] - 1.7) < 0.15]
    assert (np.abs(crossing[:, 1]) > 1.0).all()
    sides = boxes((1.5, 1.9, -4.0, -1.0), (1.5, 1.9, 1.0, 4.0))
    planner.replan(Surroundings(~suspects, sides, suspects), ORIGIN)
    assert len(planner.plan.path)
    assert np.hypot(*(planner.plan.path[-1] - [3.5, 0.0])) < 0.2


def test_a_robot_within_the_goals_radius_has_arrived() -> None:
    planner = PathPlanner(GRID, (0.2, 0.1), RADIUS_M)
    plan = planner.replan(Surroundings(~NOTHING, NOTHING, NOTHING), ORIGIN)
    assert plan.arrived
    assert not plan.lost
    plan = planner.replan(Surroundings(~NOTHING, NOTHING, NOTHING), np.array([-1.0, 0.0]))
    assert not plan.arrived
    assert len(plan.path)
