import numpy as np
import pytest

from drive2walk.locomotion.gait.footholds import CELL_M, Foothold, Swing
from drive2walk.locomotion.gait.ground import Ground

STANCE = np.array([[0.0, -0.1, -0.74]])
START = np.array([[-0.3, 0.1, -0.74]])
LEFT = np.ones(1)
NOWHERE = np.full((1, 2), np.nan)


class Step:
    """Ground that is ``rise`` m higher from ``edge`` m ahead of the base on."""

    def __init__(self, edge: float, rise: float, until: float = np.inf) -> None:
        self.edge, self.rise, self.until = edge, rise, until

    def height(self, points: np.ndarray) -> np.ndarray:
        x = points[..., 0]
        return -0.74 + np.where((x >= self.edge) & (x < self.until), self.rise, 0.0)


class Unseen:
    def height(self, points: np.ndarray) -> np.ndarray:
        return np.full(points.shape[:-1], np.nan)


def find(ground: Ground, x: float, aim: np.ndarray = NOWHERE, phase: float = 0.0) -> Foothold:
    place = np.array([[x, 0.21]])
    return Foothold.near(place, Swing(np.array([phase]), LEFT, START, STANCE, aim), ground)


def test_even_ground_leaves_the_footprint_where_balance_wants_it() -> None:
    found = find(Step(edge=0.05, rise=0.1), 0.3)
    assert found.place[0] == pytest.approx([0.3, 0.21])
    assert found.rise[0] == pytest.approx(0.1)
    assert found.hurdle[0] == 0.0


@pytest.mark.parametrize("edge", [0.27, 0.33])
def test_a_footprint_across_an_edge_moves_off_it(edge: float) -> None:
    found = find(Step(edge, rise=0.1), 0.3)
    moved = found.place[0] - [0.3, 0.21]
    assert 0 < abs(moved[0]) <= 2 * CELL_M[0] + 1e-9
    assert abs(found.place[0, 0] - edge) >= 0.085  # half a sole
    assert found.rise[0] == pytest.approx(0.1 if found.place[0, 0] > edge else 0.0)


def test_an_ankle_takes_a_low_edge() -> None:
    assert find(Step(0.3, rise=0.015), 0.3).place[0] == pytest.approx([0.3, 0.21])


def test_it_moves_sideways_only_away_from_the_foot_that_stands() -> None:
    class Kerb:
        def height(self, points: np.ndarray) -> np.ndarray:
            return np.where(points[..., 1] > 0.13, -0.64, -0.74)

    found = find(Kerb(), 0.2)
    assert found.place[0, 1] > 0.21
    assert found.rise[0] == pytest.approx(0.1)


def test_what_stands_on_the_way_must_be_stepped_over() -> None:
    found = find(Step(edge=-0.1, rise=0.08, until=0.05), 0.3)
    assert found.rise[0] == 0.0
    assert found.hurdle[0] == pytest.approx(0.08)


def test_a_foot_that_is_about_to_land_stays_with_its_foothold() -> None:
    aim = np.array([[0.35, 0.21]])
    early = find(Step(edge=0.0, rise=0.1), 0.3, aim, phase=0.2).place
    late = find(Step(edge=0.0, rise=0.1), 0.3, aim, phase=0.9).place
    assert early[0, 0] == pytest.approx(0.3)
    assert late[0, 0] == pytest.approx(0.35)


def test_unevenness_costs_only_beyond_what_an_ankle_takes() -> None:
    # Half a sole of shift costs as much as 2 cm of unevenness beyond the 2 cm that an ankle takes.
    assert find(Step(0.3, rise=0.03), 0.3).place[0, 0] == pytest.approx(0.3)
    place = find(Step(0.3, rise=0.05), 0.3).place[0]
    assert abs(place[0] - 0.3) == pytest.approx(2 * CELL_M[0])


def test_ground_beside_the_way_is_no_hurdle() -> None:
    class Post:
        def height(self, points: np.ndarray) -> np.ndarray:
            beside = (np.abs(points[..., 0]) < 0.05) & (points[..., 1] > 0.2)
            return -0.74 + np.where(beside, 0.3, 0.0)

    assert find(Post(), 0.3).hurdle[0] == 0.0


def test_unseen_ground_is_taken_for_level() -> None:
    found = find(Unseen(), 0.3)
    assert found.place[0] == pytest.approx([0.3, 0.21])
    assert (found.rise[0], found.hurdle[0]) == (0.0, 0.0)
