"""What views of a simple world say about the cells of the map."""

import numpy as np
import pytest

from drive2walk.perception.walkable_map import WalkableMap
from tests.perception.map_views import (
    CAMERA,
    HEIGHT_M,
    camera_pose,
    cell,
    cells_ahead,
    look_three_times,
    render_view,
)


def test_a_close_wall_that_is_predicted_as_floor_is_not_floor() -> None:
    walkable_map = WalkableMap()
    _, depth = render_view(camera_pose(), wall_x=0.8)
    everything = np.ones_like(depth)
    beyond = []
    for _ in range(5):
        walkable_map.update(everything, depth, everything < 0.5, CAMERA, camera_pose())
        beyond.append(walkable_map.known_floor[cell(walkable_map, 2.5, 0.0)])
    assert not any(beyond)


def test_a_wall_whose_foot_is_below_the_view_blocks_the_way_ahead() -> None:
    mask, depth = render_view(camera_pose(), wall_x=0.5)
    assert not mask[-1].any()
    wall, table = WalkableMap(), WalkableMap()
    for _ in range(3):
        wall.update(mask, depth, np.zeros_like(mask, dtype=bool), CAMERA, camera_pose())
        table.update(mask, np.zeros_like(depth), mask < 0.5, CAMERA, camera_pose())
    assert wall.obstacles[cells_ahead(wall, 0.4, 1.2)].any()
    # The lower edge of what may overhang says nothing about the floor.
    assert not table.obstacles.any()


def test_a_wall_is_placed_by_its_foot_and_not_by_its_depth() -> None:
    mask, depth = render_view(camera_pose(), wall_x=2.5)
    blocked = mask < 0.5
    depth = np.where(blocked, 0.4 * depth, depth)
    wall, table = WalkableMap(), WalkableMap()
    for _ in range(3):
        wall.update(mask, depth, np.zeros_like(blocked), CAMERA, camera_pose())
        table.update(mask, depth, blocked, CAMERA, camera_pose())
    for x in (0.9, 1.2, 1.5):
        assert wall.known_floor[cell(wall, x, 0.0)]
    # An object that may overhang is placed by its depth.
    near = slice(*table.grid.cells(np.array([[0.5, 0.0], [1.5, 0.0]]))[:, 0])
    assert table.obstacles[near].any()
    assert not wall.obstacles[near].any()


def test_a_standing_obstacle_is_not_spread_by_a_short_depth() -> None:
    mask, depth = render_view(camera_pose(), wall_x=2.0)
    short = np.where(mask < 0.5, 0.75 * depth, depth)
    walkable_map = WalkableMap()
    for _ in range(3):
        walkable_map.update(mask, short, mask < 0.5, CAMERA, camera_pose())
    rows = np.nonzero(walkable_map.obstacles.any(axis=1))[0]
    assert walkable_map.grid.centers(np.stack([rows, rows], axis=-1))[:, 0].min() > 1.8


def test_a_distant_obstacle_is_suspected_until_the_camera_is_close() -> None:
    far = look_three_times(wall_x=3.2)
    assert far.suspects[cells_ahead(far, 3.1, 3.4)].any()
    assert not far.obstacles.any()
    mask, depth = render_view(camera_pose(x=1.5), wall_x=3.2)
    for _ in range(3):
        far.update(mask, depth, mask < 0.5, CAMERA, camera_pose(x=1.5))
    assert far.obstacles[cells_ahead(far, 3.1, 3.4)].any()
    wrong = look_three_times(wall_x=3.2)
    mask, depth = render_view(camera_pose(x=1.5), wall_x=6.0)
    wrong.update(mask, depth, mask < 0.5, CAMERA, camera_pose(x=1.5))
    assert not wrong.suspects[cells_ahead(wrong, 2.9, 3.6)].any()


def count_views_until_cleared(hits: int) -> int:
    """Return how many views of bare floor clear an obstacle that was seen ``hits`` times."""
    walkable_map = WalkableMap()
    mask, depth = render_view(camera_pose(), wall_x=2.0)
    for _ in range(hits):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    place = cell(walkable_map, 2.0, 0.0)
    assert walkable_map.obstacles[place]
    mask, depth = render_view(camera_pose(), wall_x=4.5)
    views = 0
    while walkable_map.obstacles[place]:
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
        views += 1
    return views


def test_an_obstacle_weighs_twice_as_much_as_its_absence_up_to_a_limit() -> None:
    # Log-odds of 0.7 a hit, at most 4, and 0.35 a view of floor.
    assert 6 <= count_views_until_cleared(3) <= 7
    assert count_views_until_cleared(20) == 12


def test_floor_that_was_seen_for_long_needs_six_views_to_become_an_obstacle() -> None:
    walkable_map = WalkableMap()
    mask, depth = render_view(camera_pose(), wall_x=4.5)
    for _ in range(20):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    place = cell(walkable_map, 2.0, 0.0)
    mask, depth = render_view(camera_pose(), wall_x=2.0)
    found = []
    for _ in range(6):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
        found.append(bool(walkable_map.obstacles[place]))
    assert found == [False] * 5 + [True]


def test_close_floor_clears_a_suspicion_at_once() -> None:
    walkable_map = WalkableMap()
    mask, depth = render_view(camera_pose(), wall_x=3.2)
    for _ in range(20):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
    ahead = cells_ahead(walkable_map, 2.9, 3.6)
    assert walkable_map.suspects[ahead].any()
    mask, depth = render_view(camera_pose(x=1.5), wall_x=6.0)
    walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose(x=1.5))
    assert not walkable_map.suspects[ahead].any()
    # The next suspicion has to outweigh the floor that was seen.
    mask, depth = render_view(camera_pose(), wall_x=3.2)
    found = []
    for _ in range(6):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
        found.append(bool(walkable_map.suspects[ahead].any()))
    assert found == [False] * 5 + [True]


def test_a_suspicion_is_cleared_by_distant_floor_after_some_views() -> None:
    walkable_map = look_three_times(wall_x=3.2)
    ahead = cells_ahead(walkable_map, 3.1, 3.4)
    mask, depth = render_view(camera_pose(), wall_x=3.9)
    left = []
    for _ in range(7):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, camera_pose())
        left.append(bool(walkable_map.suspects[ahead].any()))
    assert left[:5] == [True] * 5
    assert not left[-1]


@pytest.mark.parametrize(("points", "blocked"), [(4, False), (5, True)])
def test_an_overhang_needs_several_points_in_a_cell(points: int, blocked: bool) -> None:
    walkable_map = WalkableMap()
    shape = (CAMERA.height, CAMERA.width)
    T_odom_camera = camera_pose()
    # Points 0.8 m above the ground, at the centre of the image; neighbours fall into one cell.
    rays = CAMERA.rays() @ T_odom_camera[:3, :3].T
    depth = (0.8 - HEIGHT_M) / rays[..., 2]
    chosen = np.zeros(shape, bool)
    row = shape[0] // 2
    place = T_odom_camera[:3, 3] + rays * depth[..., None]
    cells = walkable_map.grid.cells(place[row])
    same = np.flatnonzero((cells == cells[shape[1] // 2]).all(axis=1))[:points]
    assert len(same) == points
    chosen[row, same] = True
    nothing = np.zeros(shape)
    walkable_map.update(
        nothing, np.where(chosen, depth, 0), np.ones(shape, bool), CAMERA, T_odom_camera
    )
    assert walkable_map.obstacles.any() == blocked


def pixel_at(place: np.ndarray, T_odom_camera: np.ndarray) -> np.ndarray:
    """Return a walkable mask with the single pixel that shows a place on the ground."""
    mask = np.zeros((CAMERA.height, CAMERA.width))
    point = np.append(place, 0.0) - T_odom_camera[:3, 3]
    column, row = CAMERA.project((point @ T_odom_camera[:3, :3])[None])[0].astype(int)
    mask[row, column] = 1.0
    return mask


def test_a_single_pixel_of_floor_is_enough() -> None:
    mask = pixel_at(np.array([1.55, 0.05]), camera_pose())
    # Objects without depth that may overhang are no evidence.
    overhanging = np.ones(mask.shape, bool)
    walkable_map = WalkableMap()
    walkable_map.update(mask, np.zeros_like(mask), overhanging, CAMERA, camera_pose())
    assert walkable_map.known_floor.sum() == 1
    assert walkable_map.known_floor[cell(walkable_map, 1.55, 0.05)]


def test_a_single_pixel_of_a_distant_foot_is_enough() -> None:
    mask = pixel_at(np.array([3.2, 0.05]), camera_pose())
    upright = np.zeros(mask.shape, bool)
    walkable_map = WalkableMap()
    walkable_map.update(mask, np.zeros_like(mask), upright, CAMERA, camera_pose())
    # The two pixels above the floor fall into different cells at this distance.
    assert walkable_map.suspects.sum() == 2


def test_a_single_pixel_of_close_floor_clears_a_suspicion() -> None:
    walkable_map = look_three_times(wall_x=3.2)
    place = np.argwhere(walkable_map.suspects)[0]
    center = walkable_map.grid.centers(place)
    T_odom_camera = camera_pose(x=center[0] - 1.5, y=center[1])
    mask = pixel_at(center, T_odom_camera)
    overhanging = np.ones(mask.shape, bool)
    walkable_map.update(mask, np.zeros_like(mask), overhanging, CAMERA, T_odom_camera)
    assert not walkable_map.suspects[tuple(place)]
