"""Lengths of the shortest ways of a disc, against geometry."""

import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.scenes.free_space import RESOLUTION_M, FreeSpace, free_space

RADIUS_M = 0.3


def make_space(wall_m: float) -> FreeSpace:
    """Return a floor of 4 by 4 m with a wall at x = 0 that covers ``wall_m`` from y = -2 on."""
    spec = mujoco.MjSpec()
    plane, box = mujoco.mjtGeom.mjGEOM_PLANE, mujoco.mjtGeom.mjGEOM_BOX
    spec.worldbody.add_geom(name="floor", type=plane, size=[2, 2, 1], contype=0, conaffinity=0)
    half, centre = [0.1, wall_m / 2, 0.5], [0, wall_m / 2 - 2, 0.5]
    spec.worldbody.add_geom(name="wall", type=box, size=half, pos=centre, contype=0, conaffinity=1)
    return free_space(spec, {"floor": "floor", "wall": "wall"}, (-2.0, 2.0, -2.0, 2.0))


def find_length(wall_m: float, start: tuple[float, float], goal: tuple[float, float]) -> float:
    return make_space(wall_m).shortest_path_m(np.array(start), np.array(goal), RADIUS_M)


@pytest.mark.parametrize("goal", [(1.0, 1.2), (0.95, 1.5), (-1.0, 1.33), (1.5, 1.0)])
def test_on_free_ground_the_shortest_way_is_straight_at_any_angle(
    goal: tuple[float, float],
) -> None:
    start = (-1.5, 1.0)
    assert find_length(0.1, start, goal) == pytest.approx(math.dist(start, goal))


def test_around_a_wall_the_shortest_way_is_two_tangents_and_the_arcs_about_its_end() -> None:
    def length(radius_m: float) -> float:
        # The end of the wall has corners at (-0.1, 1) and (0.1, 1).
        to_corner = math.hypot(0.9, 1.0)
        tangent = math.sqrt(to_corner**2 - radius_m**2)
        turn = math.atan2(1.0, 0.9) + math.asin(radius_m / to_corner)
        return 2 * (tangent + radius_m * turn) + 0.2

    # Cells that the wall covers in part are taken, so the disc keeps up to a cell and a half more.
    found = find_length(3.0, (-1.0, 0.0), (1.0, 0.0))
    assert length(RADIUS_M) < found < length(RADIUS_M + 1.5 * RESOLUTION_M)


def test_there_is_no_way_through_a_wall_or_to_a_place_in_it() -> None:
    assert find_length(4.0, (-1.0, 0.0), (1.0, 0.0)) == math.inf
    assert find_length(3.0, (-1.0, 0.0), (0.0, 0.0)) == math.inf
    assert find_length(3.0, (-1.0, 0.0), (5.0, 0.0)) == math.inf
