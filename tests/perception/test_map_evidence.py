"""Tests of the rules at their thresholds, on single pixels."""

import numpy as np
import pytest

from drive2walk.perception.map_evidence import (
    EvidenceConfig,
    ImageEvidence,
    _just_above,
    _nearest_below,
    find_evidence,
)
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import transform

CAMERA = Pinhole.from_fov(160, 120, np.radians(70))
SHAPE = (CAMERA.height, CAMERA.width)
HEIGHT_M = 1.25


def camera_pose(pitch_deg: float, x_m: float = 0.0, y_m: float = 0.0) -> np.ndarray:
    c, s = np.cos(np.radians(pitch_deg)), np.sin(np.radians(pitch_deg))
    rotation = np.array([[0.0, -s, c], [-1.0, 0, 0], [0, -c, -s]])
    return transform(rotation, np.array([x_m, y_m, HEIGHT_M]))


DOWN = camera_pose(30, x_m=2.0, y_m=-1.0)
LEVEL = camera_pose(0)


def ground_depth(T_odom_camera: np.ndarray) -> np.ndarray:
    """Return the z-depth of the ground at each pixel, 0 above the horizon."""
    rays = CAMERA.rays() @ T_odom_camera[:3, :3].T
    down = rays[..., 2] < -1e-3
    return np.where(down, -HEIGHT_M / np.where(down, rays[..., 2], -1), 0)


def find(
    walkable: np.ndarray,
    depth_m: np.ndarray,
    overhanging: bool = False,
    T_odom_camera: np.ndarray = DOWN,
) -> ImageEvidence:
    overhangs = np.full(SHAPE, overhanging)
    return find_evidence(walkable, depth_m, overhangs, CAMERA, T_odom_camera, EvidenceConfig())


def distance_from(points: np.ndarray, T_odom_camera: np.ndarray) -> np.ndarray:
    return np.hypot(*(points[:, :2] - T_odom_camera[:2, 3]).T)


def test_floor_lies_on_the_ground_in_range() -> None:
    evidence = find(np.ones(SHAPE), ground_depth(DOWN))
    distance = distance_from(evidence.floor, DOWN)
    assert np.abs(evidence.floor[:, 2]).max() < 1e-9
    assert 3.9 < distance.max() < 4.0
    assert evidence.floor[:, 0].min() > 2.0
    close = distance_from(evidence.close_floor, DOWN)
    assert 2.45 < close.max() < 2.5
    assert len(close) == (distance < 2.5).sum()
    assert not len(evidence.overhang) + len(evidence.close_feet) + len(evidence.distant_feet)


def test_pixels_above_the_horizon_show_no_ground() -> None:
    evidence = find(np.ones(SHAPE), np.zeros(SHAPE), T_odom_camera=LEVEL)
    x, down = CAMERA.rays()[..., 0], CAMERA.rays()[..., 1]
    distance = np.where(down > 0, HEIGHT_M / np.where(down > 0, down, 1) * np.hypot(x, 1), np.inf)
    assert len(evidence.floor) == (distance < 4.0).sum()


@pytest.mark.parametrize(("probability", "floor"), [(0.59, False), (0.6, False), (0.61, True)])
def test_the_floor_probability_divides_floor_from_obstacles(
    probability: float, floor: bool
) -> None:
    walkable = np.ones(SHAPE)
    # One pixel above floor, within the certain range.
    walkable[80, 80] = probability
    above = walkable.copy()
    above[:80] = 0.0
    evidence = find(above, ground_depth(DOWN))
    place = DOWN[:3, 3] + CAMERA.rays()[80, 80] @ DOWN[:3, :3].T * ground_depth(DOWN)[80, 80]
    seen = np.linalg.norm(evidence.floor - place, axis=1).min() < 1e-6
    foot = np.linalg.norm(evidence.close_feet - place, axis=1).min() < 1e-6
    assert (seen, foot) == (floor, not floor)


@pytest.mark.parametrize(("ratio", "floor"), [(1.55, True), (1.65, False), (0.2, True)])
def test_floor_much_nearer_than_the_ground_is_not_floor(ratio: float, floor: bool) -> None:
    depth = ground_depth(DOWN)
    whole = len(find(np.ones(SHAPE), depth).floor)
    depth[100, 40:60] /= ratio
    assert len(find(np.ones(SHAPE), depth).floor) == whole - (0 if floor else 20)


def test_unknown_depth_does_not_speak_against_floor() -> None:
    whole = len(find(np.ones(SHAPE), ground_depth(DOWN)).floor)
    assert len(find(np.ones(SHAPE), np.zeros(SHAPE)).floor) == whole


@pytest.mark.parametrize(("pixels", "found"), [(199, 0), (200, 200)])
def test_the_scale_of_depth_needs_200_pixels_of_floor(pixels: int, found: int) -> None:
    walkable = np.zeros(SHAPE)
    walkable[100:].flat[:pixels] = 1
    depth = ground_depth(DOWN)
    # Half the depth is too near for floor, unless the scale is corrected.
    assert len(find(walkable, 0.5 * depth).floor) == found
    # Depth elsewhere does not count.
    elsewhere = np.where(walkable > 0, 0.5 * depth, 7.0)
    assert len(find(walkable, elsewhere).floor) == found


def overhang_at(row: int, depth_m: float, T_odom_camera: np.ndarray = LEVEL) -> np.ndarray:
    depth = np.zeros(SHAPE)
    depth[row, 80] = depth_m
    return find(np.zeros(SHAPE), depth, overhanging=True, T_odom_camera=T_odom_camera).overhang


@pytest.mark.parametrize(
    ("height_m", "found"), [(0.09, False), (0.11, True), (1.39, True), (1.41, False)]
)
def test_an_overhang_has_a_height_in_the_way_of_the_robot(height_m: float, found: bool) -> None:
    drop = HEIGHT_M - height_m
    row = 118 if drop > 0 else 40
    depth = drop / CAMERA.rays()[row, 80, 1]
    points = overhang_at(row, depth)
    assert len(points) == found
    if found:
        assert points[0, 2] == pytest.approx(height_m)


@pytest.mark.parametrize(("depth_m", "found"), [(0.0, False), (1.79, True), (1.81, False)])
def test_an_overhang_is_close(depth_m: float, found: bool) -> None:
    points = overhang_at(70, depth_m)
    assert len(points) == found
    if found:
        # A level camera looks along x.
        assert points[0, 0] == pytest.approx(depth_m)


def test_only_what_may_overhang_is_placed_by_its_depth() -> None:
    depth = np.full(SHAPE, 1.0)
    assert not len(find(np.zeros(SHAPE), depth, overhanging=False, T_odom_camera=LEVEL).overhang)
    assert len(find(np.zeros(SHAPE), depth, overhanging=True, T_odom_camera=LEVEL).overhang) > 1000
    assert not len(find(np.ones(SHAPE), depth, overhanging=True, T_odom_camera=LEVEL).overhang)


@pytest.mark.parametrize(("fraction", "stands"), [(0.55, False), (0.65, True)])
def test_what_is_much_nearer_than_the_floor_below_it_overhangs(
    fraction: float, stands: bool
) -> None:
    walkable = np.zeros(SHAPE)
    walkable[90:] = 1.0
    ground = ground_depth(DOWN)
    depth = ground.copy()
    depth[:90] *= fraction
    evidence = find(walkable, depth, overhanging=True)
    feet = len(evidence.close_feet) + len(evidence.distant_feet)
    assert (feet > 0) == stands
    # The row directly above the floor is part of an overhang, or stands and is none.
    rays = CAMERA.rays()[89] @ DOWN[:3, :3].T
    row = DOWN[:3, 3] + rays * depth[89, :, None]
    found = [np.abs(evidence.overhang - place).sum(axis=1).min(initial=1) < 1e-6 for place in row]
    assert any(found) != stands


def test_an_upright_obstacle_has_its_foot_above_the_floor_at_any_depth() -> None:
    walkable = np.zeros(SHAPE)
    walkable[60:] = 1.0
    depth = ground_depth(DOWN)
    depth[:60] = 0.3
    evidence = find(walkable, depth)
    feet = np.concatenate([evidence.close_feet, evidence.distant_feet])
    # Two rows above the floor, in all columns.
    assert len(feet) == 2 * CAMERA.width
    assert np.abs(feet[:, 2]).max() < 1e-9
    assert len(evidence.close_feet) == (distance_from(feet, DOWN) < 2.5).sum()
    assert not len(evidence.overhang)


def test_feet_are_divided_at_the_certain_range() -> None:
    ground = ground_depth(DOWN)
    points = DOWN[:3, 3] + (CAMERA.rays() @ DOWN[:3, :3].T) * ground[..., None]
    distance = np.hypot(points[..., 0] - 2.0, points[..., 1] + 1.0)
    row = int(np.flatnonzero((ground[:, 80] > 0) & (distance[:, 80] < 2.5))[0])
    walkable = np.zeros(SHAPE)
    walkable[row + 1 :] = 1.0
    evidence = find(walkable, ground)
    feet = np.concatenate([evidence.close_feet, evidence.distant_feet])
    assert len(feet) == 2 * CAMERA.width
    assert distance_from(evidence.close_feet, DOWN).max() < 2.5
    assert distance_from(evidence.distant_feet, DOWN).min() >= 2.5


def test_only_an_obstacle_on_ground_in_range_has_a_foot() -> None:
    ground = ground_depth(DOWN)
    floor = find(np.ones(SHAPE), ground).floor
    points = DOWN[:3, 3] + (CAMERA.rays() @ DOWN[:3, :3].T) * ground[..., None]
    distance = np.hypot(points[..., 0] - 2.0, points[..., 1] + 1.0)
    # An obstacle from the end of the range on stands beyond it.
    walkable = np.where((ground > 0) & (distance < 4.0), 1.0, 0.0)
    evidence = find(walkable, ground)
    assert len(evidence.floor) == len(floor)
    assert not len(evidence.close_feet) + len(evidence.distant_feet)
    # A wall that is predicted as floor has no foot either.
    too_near = ground.copy()
    too_near[90:100] /= 2
    evidence = find(np.ones(SHAPE), too_near)
    assert len(evidence.floor) < len(floor)
    assert not len(evidence.close_feet) + len(evidence.distant_feet)


def test_the_nearest_value_below_is_in_the_same_column() -> None:
    nan = np.nan
    values = np.array(
        [[nan, 5.0, nan], [nan, nan, nan], [2.0, nan, nan], [nan, nan, nan], [1, nan, 3]]
    )
    expected = np.array([[2, 5, 3], [2, nan, 3], [2, nan, 3], [1, nan, 3], [1, nan, 3]])
    assert np.array_equal(_nearest_below(values), expected, equal_nan=True)


def test_pixels_just_above_a_mask_are_the_two_above_in_its_column() -> None:
    mask = np.zeros((6, 5), bool)
    mask[4, 2] = True
    expected = np.zeros_like(mask)
    expected[2:4, 2] = True
    assert (_just_above(mask) == expected).all()
