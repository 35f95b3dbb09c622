"""The map is checked on a made-up world: a floor, a wall and a table top, ray-cast by hand."""

import numpy as np
import pytest

from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.grid import Grid
from drive2walk.robot.geometry.transforms import transform, yaw_matrix

CAMERA = Pinhole.from_fov(128, 96, np.radians(62))
HEIGHT_M, PITCH_RAD = 1.25, np.radians(30)


def pose(x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> np.ndarray:
    c, s = np.cos(PITCH_RAD), np.sin(PITCH_RAD)
    level = np.array([[0.0, -s, c], [-1.0, 0, 0], [0, -c, -s]])
    turn = np.eye(3)
    turn[:2, :2] = yaw_matrix(yaw)
    return transform(turn @ level, np.array([x, y, HEIGHT_M]))


def view(
    T_odom_camera: np.ndarray, wall_x: float, table: tuple[float, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return walkable mask and z-depth of a floor, a wall at x and a table top 0.75 m high."""
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


def between(walkable_map: WalkableMap, x_min: float, x_max: float) -> tuple[slice, int]:
    """Return the cells straight ahead from one distance to another."""
    return slice(cell(walkable_map, x_min, 0)[0], cell(walkable_map, x_max, 0)[0] + 1), 120


def looked_at(depth_factor: float = 1.0, **world: object) -> WalkableMap:
    walkable_map = WalkableMap()
    mask, depth = view(pose(), **world)  # type: ignore[arg-type]
    for _ in range(3):
        walkable_map.update(mask, depth * depth_factor, mask < 0.5, CAMERA, pose())
    return walkable_map


@pytest.mark.parametrize(("probability", "trusted"), [(0.55, False), (0.65, True)])
def test_floor_that_is_hardly_likelier_than_not_is_not_trusted(
    probability: float, trusted: bool
) -> None:
    walkable_map = WalkableMap()
    mask, depth = view(pose(), wall_x=2.2)
    sure = np.where(mask > 0, 0.9, 0.1)
    x = (pose()[:3, 3] + CAMERA.rays() @ pose()[:3, :3].T * depth[..., None])[..., 0]
    doubtful = np.where((mask > 0) & (x > 1.4) & (x < 1.7), probability, sure)
    walkable_map.update(doubtful, depth, np.zeros(mask.shape, bool), CAMERA, pose())
    assert walkable_map.known_floor[cell(walkable_map, 1.55, 0.0)] == trusted
    assert walkable_map.obstacles[between(walkable_map, 1.3, 1.7)].any() != trusted


@pytest.mark.parametrize("depth_factor", [1.0, 0.6, 1.7])
def test_floor_is_free_up_to_the_wall_whatever_the_scale_of_depth(depth_factor: float) -> None:
    walkable_map = looked_at(depth_factor, wall_x=2.2)
    floor, obstacles = walkable_map.known_floor, walkable_map.obstacles
    for x in (1.0, 1.5, 1.8, 2.0):
        assert floor[cell(walkable_map, x, 0.0)]
    assert obstacles[between(walkable_map, 2.1, 2.35)].any()
    rows = np.nonzero(obstacles.any(axis=1))[0]
    xs = walkable_map.grid.centers(np.stack([rows, rows], axis=-1))[:, 0]
    assert xs.min() > 2.0
    assert xs.max() < 2.4


def test_floor_that_is_seen_under_a_table_is_not_walkable() -> None:
    walkable_map = looked_at(wall_x=6.0, table=(1.2, 1.8))
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    assert not walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.9)]


def test_what_has_left_the_view_is_remembered() -> None:
    walkable_map = looked_at(wall_x=2.5)
    before = walkable_map.obstacles.copy()
    mask, depth = view(pose(yaw=np.pi), wall_x=50.0)
    for _ in range(10):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, pose(yaw=np.pi))
    assert (walkable_map.obstacles & before).sum() == before.sum()


def test_an_obstacle_that_was_taken_away_is_forgotten_when_its_place_is_seen() -> None:
    walkable_map = looked_at(wall_x=2.0)
    assert walkable_map.obstacles[cell(walkable_map, 2.0, 0.0)]
    mask, depth = view(pose(), wall_x=4.5)
    for _ in range(15):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, pose())
    assert not walkable_map.obstacles[cell(walkable_map, 2.0, 0.0)]


def test_cutting_out_the_base_frame_turns_and_shifts_the_map() -> None:
    walkable_map = looked_at(wall_x=2.2)
    grid = Grid(0.0, 3.0, -1.0, 1.0, 0.1)
    ahead = walkable_map.around(0.5, 0.0, 0.0, grid)
    assert ahead.shape == (2, 30, 20)
    # From half a metre further on, the wall is 1.7 m ahead; facing left it is to the right.
    wall_rows = np.nonzero(ahead[1].any(axis=1))[0] * 0.1
    assert wall_rows.min() == pytest.approx(1.7, abs=0.15)
    left = walkable_map.around(1.7, 0.0, np.pi / 2, grid)
    assert left[1][:, :6].any()
    assert not left[1][:, 10:].any()


def test_standing_place_is_free_but_a_known_obstacle_stays() -> None:
    walkable_map = looked_at(wall_x=2.5)
    walkable_map.mark_free(2.5, 0.0, radius_m=0.3)
    walkable_map.mark_free(0.0, 0.0, radius_m=0.3)
    assert walkable_map.known_floor[cell(walkable_map, 0.0, 0.0)]
    assert looked_at(wall_x=2.5).obstacles.sum() == walkable_map.obstacles.sum()


def test_what_was_touched_stays_blocked_even_if_the_camera_sees_floor_there() -> None:
    walkable_map = looked_at(wall_x=4.0)
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]
    walkable_map.mark_obstacle(1.5, 0.0, radius_m=0.15)
    mask, depth = view(pose(), wall_x=4.0)
    for _ in range(30):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, pose())
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.5)]


def test_a_touch_that_is_doubted_is_floor_again_once_images_say_so_for_a_while() -> None:
    walkable_map = looked_at(wall_x=4.0)
    walkable_map.mark_obstacle(1.5, 0.0, radius_m=0.15)
    walkable_map.doubt_touches()
    mask, depth = view(pose(), wall_x=4.0)
    walkable_map.update(mask, depth, mask < 0.5, CAMERA, pose())
    assert walkable_map.obstacles[cell(walkable_map, 1.5, 0.0)]
    for _ in range(30):
        walkable_map.update(mask, depth, mask < 0.5, CAMERA, pose())
    assert walkable_map.known_floor[cell(walkable_map, 1.5, 0.0)]


def test_a_near_wall_that_is_taken_for_floor_is_not_believed() -> None:
    walkable_map = WalkableMap()
    _, depth = view(pose(), wall_x=0.8)
    everything = np.ones_like(depth)
    beyond = []
    for _ in range(5):
        walkable_map.update(everything, depth, everything < 0.5, CAMERA, pose())
        beyond.append(walkable_map.known_floor[cell(walkable_map, 2.5, 0.0)])
    assert not any(beyond)


def test_a_wall_stands_at_its_foot_however_wrong_its_depth_is() -> None:
    mask, depth = view(pose(), wall_x=2.5)
    blocked = mask < 0.5
    depth = np.where(blocked, 0.4 * depth, depth)
    wall, table = WalkableMap(), WalkableMap()
    for _ in range(3):
        wall.update(mask, depth, np.zeros_like(blocked), CAMERA, pose())
        table.update(mask, depth, blocked, CAMERA, pose())
    for x in (0.9, 1.2, 1.5):
        assert wall.known_floor[cell(wall, x, 0.0)]
    # Of something that may overhang, the same depth is believed.
    near = slice(*table.grid.cells(np.array([[0.5, 0.0], [1.5, 0.0]]))[:, 0])
    assert table.obstacles[near].any()
    assert not wall.obstacles[near].any()


def test_what_stands_on_the_floor_is_not_spread_by_a_depth_that_is_a_little_short() -> None:
    mask, depth = view(pose(), wall_x=2.0)
    short = np.where(mask < 0.5, 0.75 * depth, depth)
    walkable_map = WalkableMap()
    for _ in range(3):
        walkable_map.update(mask, short, mask < 0.5, CAMERA, pose())
    rows = np.nonzero(walkable_map.obstacles.any(axis=1))[0]
    assert walkable_map.grid.centers(np.stack([rows, rows], axis=-1))[:, 0].min() > 1.8


def test_from_afar_an_obstacle_is_suspected_and_from_nearby_it_is_certain_or_forgotten() -> None:
    far = looked_at(wall_x=3.2)
    assert far.suspects[between(far, 3.1, 3.4)].any()
    assert not far.obstacles.any()
    mask, depth = view(pose(x=1.5), wall_x=3.2)
    for _ in range(3):
        far.update(mask, depth, mask < 0.5, CAMERA, pose(x=1.5))
    assert far.obstacles[between(far, 3.1, 3.4)].any()
    wrong = looked_at(wall_x=3.2)
    mask, depth = view(pose(x=1.5), wall_x=6.0)
    wrong.update(mask, depth, mask < 0.5, CAMERA, pose(x=1.5))
    assert not wrong.suspects[between(wrong, 2.9, 3.6)].any()
