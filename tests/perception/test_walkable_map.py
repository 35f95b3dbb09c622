"""Tests on a simple world of a floor, a wall and a table top, whose images are ray-cast here."""

import numpy as np
import pytest

from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.transforms import transform, yaw_matrix

CAMERA = Pinhole.from_fov(128, 96, np.radians(62))
HEIGHT_M, PITCH_RAD = 1.25, np.radians(30)


def camera_pose(x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> np.ndarray:
    c, s = np.cos(PITCH_RAD), np.sin(PITCH_RAD)
    level = np.array([[0.0, -s, c], [-1.0, 0, 0], [0, -c, -s]])
    turn = np.eye(3)
    turn[:2, :2] = yaw_matrix(yaw)
    return transform(turn @ level, np.array([x, y, HEIGHT_M]))


def render_view(
    T_odom_camera: np.ndarray, wall_x: float, table: tuple[float, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the walkable mask and the z-depth of a floor, a wall and a table top.

    Args:
        T_odom_camera: Pose of the camera.
        wall_x: x of the wall in metres.
        table: Range of x of the table top, which is 0.75 m high and 0.8 m wide; None for no table.
    """
    rays = CAMERA.rays() @ T_odom_camera[:3, :3].T
    origin = T_odom_camera[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        floor = np.where(rays[..., 2] < 0, -origin[2] / rays[..., 2], np.inf)
        wall = np.where(rays[..., 0] > 0, (wall_x - origin[0]) / rays[..., 0], np.inf)
    depth, walkable = np.minimum(floor, wall), floor < wall
    if table:
        top = np.where(rays[..., 2] < 0, (0.75 - origin[2]) / rays[..., 2], np.inf)
        x = origin[0] + top * rays[..., 0]
        y = origin[1] + top * rays[..., 1]
        on_table = (x > table[0]) & (x < table[1]) & (np.abs(y) < 0.4)
        walkable &= ~on_table
        depth = np.where(on_table, top, depth)
    return walkable.astype(float), np.where(np.isfinite(depth), depth, 0)


def cell(walkable_map: WalkableMap, x: float, y: float) -> tuple[int, int]:
    row, column = walkable_map.grid.cells(np.array([x, y]))
    return int(row), int(column)


def cells_ahead(walkable_map: WalkableMap, x_min: float, x_max: float) -> tuple[slice, int]:
    """Return the cells on the x axis in a range of x."""
    return slice(cell(walkable_map, x_min, 0)[0], cell(walkable_map, x_max, 0)[0] + 1), 120


def look_three_times(depth_factor: float = 1.0, **world: object) -> WalkableMap:
    walkable_map = WalkableMap()
    mask, depth = render_view(camera_pose(), **world)  # type: ignore[arg-type]
    for _ in range(3):
        walkable_map.update(mask, depth * depth_factor, mask < 0.5, CAMERA, camera_pose())
    return walkable_map


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


def test_a_close_wall_that_is_predicted_as_floor_is_not_floor() -> None:
    walkable_map = WalkableMap()
    _, depth = render_view(camera_pose(), wall_x=0.8)
    everything = np.ones_like(depth)
    beyond = []
    for _ in range(5):
        walkable_map.update(everything, depth, everything < 0.5, CAMERA, camera_pose())
        beyond.append(walkable_map.known_floor[cell(walkable_map, 2.5, 0.0)])
    assert not any(beyond)


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
