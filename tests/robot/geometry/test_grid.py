import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.grid_path import PathField, path_cost

GRID = Grid(-1.0, 2.0, -0.5, 0.5, 0.1)


def test_shape_counts_cells_along_x_and_y() -> None:
    assert GRID.shape == (30, 10)


def test_a_centre_falls_into_its_own_cell() -> None:
    cells = np.stack(np.indices(GRID.shape), axis=-1)
    np.testing.assert_array_equal(GRID.cells(GRID.centers(cells)), cells)
    assert GRID.contains(cells).all()


def test_cells_outside_the_grid_are_not_contained() -> None:
    points = np.array([[-1.05, 0], [2.05, 0], [0, 0.55], [0, 0.45]])
    assert GRID.contains(GRID.cells(points)).tolist() == [False, False, False, True]


def test_a_path_goes_around_the_open_end_of_a_wall() -> None:
    cost = np.ones((5, 5))
    cost[2, :4] = np.inf
    field = PathField(cost, target=(0, 0))
    path = field.path((4, 0))
    assert path[0].tolist() == [4, 0]
    assert path[-1].tolist() == [0, 0]
    assert [2, 4] in path.tolist()
    # By hand: 4 diagonals of sqrt(2) and 4 straight ones.
    assert field.distance[4, 0] == pytest.approx(4 * np.sqrt(2) + 4)
    assert path_cost(cost, path) == pytest.approx(field.distance[4, 0])
    assert np.isinf(path_cost(cost, np.array([[4, 0], [3, 0], [2, 0]])))


def test_a_walled_off_start_has_no_path() -> None:
    cost = np.ones((5, 5))
    cost[2] = np.inf
    field = PathField(cost, target=(0, 0))
    assert len(field.path((4, 4))) == 0
    assert np.isinf(field.distance[4, 4])


@given(st.integers(0, 2**32 - 1))
def test_distances_of_neighbours_differ_by_at_most_their_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.5, 5, size=(7, 9))
    field = PathField(cost, target=(3, 4))
    for row in range(7):
        for column in range(9):
            here = field.distance[row, column]
            for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
                r, c = row + dr, column + dc
                if 0 <= r < 7 and 0 <= c < 9:
                    step = (cost[row, column] + cost[r, c]) / 2 * np.hypot(dr, dc)
                    assert abs(here - field.distance[r, c]) <= step + 1e-9
