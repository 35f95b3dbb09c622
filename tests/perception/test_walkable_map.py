"""The map of a simple world of a floor, a wall and a table top."""

import numpy as np
import pytest

from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.grid import Grid
from tests.perception.map_views import (
    CAMERA,
    camera_pose,
    cell,
    cells_ahead,
    look_three_times,
    render_view,
)


@pytest.mark.parametrize(("probability", "trusted"), [(0.55, False), (0.65, True)])
def test_floor_needs_more_than_an_even_probability(probability: float, trusted: bool) -> None:
    walkable_map = WalkableMap()
    mask, depth = render_view(camera_pose(), wall_x=2.2)
    sure = np.where(mask > 0, 0.9, 0.1)
    x = (camera_pose()[:3, 3] + CAMERA.rays() @ camera_pose()[:3, :3].T * depth[..., None])[..., 0]
    doubtful = np.where((mask > 0) & (x > 1.4) & (x < 1.7), probability, sure)
    walkable_map.update(doubtful, depth, np.zeros(mask.shape, bool), CAMERA, camera_pose())
    assert walkable_map.known_floor[cell(walkable_map, 1.55, 0.0)] == trusted
    assert walkable_map.obstacles[cells_ahead(walkable_map, 1.3, 1.7)].any() != trusted


@pytest.mark.parametrize("depth_factor", [1.0, 0.6, 1.7])
def test_floor_is_known_up_to_the_wall_for_any_scale_of_depth(depth_factor: float) -> None:
    walkable_map = look_three_times(depth_factor, wall_x=2.2)
    floor, obstacles = walkable_map.known_floor, walkable_map.obstacles
    for x in (1.0, 1.5, 1.8, 2.0):
        assert floor[cell(walkable_map, x, 0.0)]
    assert obstacles[cells_ahead(walkable_map, 2.1, 2.35)].any()
    rows = np.nonzero(obstacles.any(axis=1))[0]
    xs = walkable_map.grid.centers(np.stack([rows, rows], axis=-1))[:, 0]
    assert xs.min() > 2.0
    assert xs.max() < 2.4


def test_floor_below_a_table_is_not_walkable() -> None:
    walkable_map = look_three_times(wall_x=6.0, table=(1.2, 1.8))
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    assert not walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.9)]


def test_obstacles_outside_the_view_are_remembered() -> None:
    walkable_map = look_three_times(wall_x=2.2)
    before = walkable_map.obstacles.copy()
    assert before.sum() > 10
    mask, depth = render_view(camera_pose(yaw=np.pi), wall_x=50.0)
    for _ in range(10):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose(yaw=np.pi))
    assert (walkable_map.obstacles & before).sum() == before.sum()


def test_a_removed_obstacle_is_cleared_when_floor_is_seen() -> None:
    walkable_map = look_three_times(wall_x=2.0)
    assert walkable_map.obstacles[cell(walkable_map, 2.0, 0.0)]
    mask, depth = render_view(camera_pose(), wall_x=4.5)
    for _ in range(15):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    assert not walkable_map.obstacles[cell(walkable_map, 2.0, 0.0)]


def test_the_map_is_rotated_and_shifted_to_the_base_frame() -> None:
    walkable_map = look_three_times(wall_x=2.2)
    grid = Grid(0.0, 3.0, -1.0, 1.0, 0.1)
    ahead = walkable_map.around(0.5, 0.0, 0.0, grid)
    assert ahead.shape == (2, 30, 20)
    # From x = 0.5 m the wall is 1.7 m ahead. For a robot that faces left, it is on the right.
    wall_rows = np.nonzero(ahead[1].any(axis=1))[0] * 0.1
    assert wall_rows.min() == pytest.approx(1.7, abs=0.15)
    left = walkable_map.around(1.7, 0.0, np.pi / 2, grid)
    assert left[1][:, :6].any()
    assert not left[1][:, 10:].any()


def test_marking_a_disc_as_free_keeps_known_obstacles() -> None:
    walkable_map = look_three_times(wall_x=2.2)
    before = walkable_map.obstacles.copy()
    assert before[cells_ahead(walkable_map, 2.1, 2.35)].any()
    walkable_map.mark_free(2.2, 0.0, radius_m=0.3)
    walkable_map.mark_free(0.0, 0.0, radius_m=0.3)
    assert walkable_map.known_floor[cell(walkable_map, 0.0, 0.0)]
    assert (walkable_map.obstacles == before).all()
    assert not (walkable_map.known_floor & before).any()


def test_images_do_not_clear_a_touch() -> None:
    walkable_map = look_three_times(wall_x=4.0)
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]
    walkable_map.mark_obstacle(1.5, 0.0, radius_m=0.15)
    mask, depth = render_view(camera_pose(), wall_x=4.0)
    for _ in range(30):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.5)]


def test_images_clear_a_touch_that_is_doubted() -> None:
    walkable_map = look_three_times(wall_x=4.0)
    walkable_map.mark_obstacle(1.5, 0.0, radius_m=0.15)
    walkable_map.doubt_touches()
    mask, depth = render_view(camera_pose(), wall_x=4.0)
    walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    for _ in range(30):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]


def test_marked_discs_have_their_radius_and_place() -> None:
    walkable_map = WalkableMap()
    walkable_map.mark_free(1.0, -2.0, radius_m=0.5)
    walkable_map.mark_obstacle(-1.0, 3.0, radius_m=0.3)
    centers = walkable_map.grid.all_centers()
    free = np.hypot(centers[..., 0] - 1.0, centers[..., 1] + 2.0) < 0.5
    touched = np.hypot(centers[..., 0] + 1.0, centers[..., 1] - 3.0) < 0.3
    assert (walkable_map.known_floor == free).all()
    assert (walkable_map.obstacles == touched).all()


def test_the_map_covers_24_metres_in_cells_of_a_decimetre() -> None:
    grid = WalkableMap().grid
    assert grid.shape == (240, 240)
    assert np.abs(grid.all_centers()).max() == pytest.approx(11.95)


def test_places_outside_the_map_are_unknown() -> None:
    walkable_map = WalkableMap()
    # The first cell must not stand for places outside the map.
    walkable_map.mark_free(-11.95, -11.95, radius_m=0.3)
    for edge in (-12.0, 12.0):
        around = walkable_map.around(edge, 0.0, 0.0, Grid(-3.0, 3.0, -1.0, 1.0, 0.1))
        assert not around.any()
    corner = walkable_map.around(-11.95, -11.95, 0.0, Grid(0.0, 1.0, 0.0, 1.0, 0.1))
    assert corner[0].any()
    assert not corner[1].any()
