import numpy as np
import pytest

from drive2walk.locomotion.navigation.path_follower import PathFollower
from drive2walk.locomotion.navigation.planner import Plan
from tests.locomotion.navigation.maps import GRID, NOTHING, boxes

LOST = Plan(np.zeros((0, 2)), arrived=False, passable=~NOTHING)
FAR = np.array([4.0, 0.0])


def straight_plan(goal: tuple[float, float]) -> Plan:
    """Return a straight path from the origin over free ground."""
    path = np.linspace([0.0, 0.0], goal, 50)
    return Plan(path, arrived=False, passable=~NOTHING)


def test_walks_along_a_straight_path_and_slows_down_near_the_goal() -> None:
    follower, plan = PathFollower(GRID, FAR), straight_plan((4.0, 0.0))
    assert follower.command(plan, (0.0, 0.0, 0.0)) == pytest.approx([0.5, 0.0, 0.0])
    assert follower.command(plan, (3.2, 0.0, 0.0)) == pytest.approx([0.25, 0.0, 0.0])


def test_turns_in_proportion_to_a_small_heading_error() -> None:
    follower, plan = PathFollower(GRID, FAR), straight_plan((4.0, 0.0))
    vx, vy, wz = follower.command(plan, (0.0, 0.0, -0.3))
    assert vx == pytest.approx(0.5 * np.cos(0.3))
    assert vy == 0
    assert wz == pytest.approx(1.6 * 0.3 * 0.7)


def test_stands_still_at_the_goal() -> None:
    arrived = Plan(np.zeros((0, 2)), arrived=True, passable=~NOTHING)
    assert not PathFollower(GRID, FAR).command(arrived, (4.0, 0.0, 0.0)).any()


def test_looks_around_where_no_path_is_known() -> None:
    vx, vy, wz = PathFollower(GRID, FAR).command(LOST, (0.0, 0.0, 0.0))
    assert (vx, vy) == (0, 0)
    assert wz == pytest.approx(0.6 * 0.7)


def test_has_searched_after_a_whole_turn_without_a_path_and_not_before() -> None:
    follower = PathFollower(GRID, FAR)
    for yaw in np.linspace(0.0, 1.9 * np.pi, 100):
        follower.command(LOST, (0.0, 0.0, float(yaw)))
    assert not follower.searched
    for yaw in np.linspace(1.9 * np.pi, 2.1 * np.pi, 10):
        follower.command(LOST, (0.0, 0.0, float(yaw)))
    assert follower.searched
    follower.command(straight_plan((4.0, 0.0)), (0.0, 0.0, 0.0))
    assert not follower.searched


def test_turns_in_place_before_walking_back() -> None:
    follower = PathFollower(GRID, np.array([-1.8, 0.0]))
    vx, _, wz = follower.command(straight_plan((-1.8, 0.0)), (0.0, 0.0, 0.0))
    assert vx == 0
    assert abs(wz) == pytest.approx(0.7)


def test_a_turn_goes_on_when_the_path_behind_changes_sides() -> None:
    follower, plan = PathFollower(GRID, np.array([-1.8, 0.1])), straight_plan((-1.8, 0.1))
    first = follower.command(plan, (0.0, 0.0, 0.0))[2]
    # A little later, the shorter turn would be back.
    assert follower.command(plan, (0.0, 0.0, 0.3 * np.sign(-first)))[2] == first
    # Once the path is clearly on the other side, the turn follows it.
    assert follower.command(plan, (0.0, 0.0, 1.9 * np.sign(-first)))[2] == pytest.approx(-first)


def test_makes_for_the_last_point_with_a_free_line_to_it() -> None:
    corner = np.concatenate([np.linspace([0, 0], [0.4, 0], 9), np.linspace([0.4, 0], [0.4, 2], 40)])
    blocked = boxes((0.1, 0.35, 0.15, 2.0))
    seen, hidden = (
        PathFollower(GRID, np.array([0.4, 2.0])).command(
            Plan(corner, arrived=False, passable=passable), (0.0, 0.0, 0.0)
        )
        for passable in (~NOTHING, ~blocked)
    )
    assert seen == pytest.approx([0.0, 0.0, 0.7])  # straight to the point around the corner
    assert hidden[0] > 0  # along the first leg of the path
    assert 0 <= hidden[2] < 0.7
