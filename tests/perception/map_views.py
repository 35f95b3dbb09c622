"""Views of a simple world of a floor, a wall and a table top, ray-cast for the tests of the map."""

import numpy as np

from drive2walk.perception.walkable_map import WalkableMap
from drive2walk.robot.geometry.cameras import Pinhole
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
