import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.lidar.lidar_ground import GRID, LidarGround
from drive2walk.perception.datasets.lidar.lidar_labels import StepLimits, lidar_labels
from drive2walk.perception.datasets.lidar.lidar_scan import LidarScan, read_scan
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import load_robot
from drive2walk.robot.surfaces import UNLABELLED

PINHOLE = Pinhole.from_fov(120, 90, math.radians(70))
LIMITS = StepLimits(0.05, 10.0)
Height = Callable[[NDArray, NDArray], NDArray]
HEAD_M = 1.3
PITCH = math.radians(35)
# Camera axes in the gravity frame (x ahead, y left, z up) for a head that looks down.
R = np.array(
    [
        [0, -math.sin(PITCH), math.cos(PITCH)],
        [-1, 0, 0],
        [0, -math.cos(PITCH), -math.sin(PITCH)],
    ]
)


def _scan(height: Height, noise_m: float = 0.0, spacing: int = 2) -> tuple[LidarScan, NDArray]:
    """Return the scan of a height field, and the place (h, w, 3) that each pixel shows."""
    rays = PINHOLE.rays() @ R.T
    reach = np.linspace(0.6, 6, 1100)
    places = rays[..., None, :] * reach[:, None]
    below = places[..., 2] + HEAD_M <= height(places[..., 0], places[..., 1])
    first = below.argmax(axis=-1)
    hit = below.any(axis=-1)
    depth = np.where(hit, reach[first], 0)
    points = PINHOLE.unproject(depth)
    picked = np.zeros(hit.shape, bool)
    picked[::spacing, ::spacing] = True
    picked &= hit
    rng = np.random.default_rng(0)
    chosen = points[picked] * (1 + rng.normal(0, noise_m, picked.sum()) / 2)[:, None]
    return LidarScan(chosen.astype(np.float32), R, HEAD_M), points @ R.T


def _flat(x: NDArray, y: NDArray) -> NDArray:
    return np.zeros_like(x)


def _box(tall: float) -> Height:
    return lambda x, y: tall * ((x > 1.6) & (x < 2.2) & (np.abs(y) < 0.4))


def _on_box(places: NDArray) -> NDArray:
    x, y = places[..., 0], places[..., 1]
    return (x > 1.7) & (x < 2.1) & (np.abs(y) < 0.3)


def test_a_flat_floor_is_walkable_and_has_the_depth_of_the_returns() -> None:
    scan, _ = _scan(_flat)
    label, depth_m = lidar_labels(scan, PINHOLE, LIMITS)
    assert (label[label != UNLABELLED] == 1).all()
    assert (label == 1).mean() > 0.8  # the rest is out of reach, near the horizon
    assert np.allclose(np.sort(depth_m[depth_m > 0]), np.sort(scan.points[:, 2]))


@pytest.mark.parametrize(("tall", "walkable"), [(0.015, 1), (0.2, 0), (0.6, 0)])
def test_boxes_higher_than_a_step_are_not_walkable(tall: float, walkable: int) -> None:
    scan, places = _scan(_box(tall))
    label, _ = lidar_labels(scan, PINHOLE, LIMITS)
    top = _on_box(places) & (np.abs(places[..., 2] + HEAD_M - tall) < 0.005)
    assert top.sum() > 50
    assert (label[top] == walkable).mean() > 0.98
    # Away from the box the floor stays walkable.
    away = (places[..., 0] < 1.4) & (places[..., 2] < -1.2)
    assert (label[away] == 1).all()


def test_a_robot_that_steps_higher_walks_over_the_same_box() -> None:
    scan, places = _scan(_box(0.1))
    top = _on_box(places)
    for limits, walkable in ((LIMITS, 0), (StepLimits(0.3, 10.0), 1)):
        label, _ = lidar_labels(scan, PINHOLE, limits)
        assert (label[top] == walkable).mean() > 0.95


def test_a_slope_is_walkable_up_to_the_limit_of_the_robot() -> None:
    for degrees, walkable in ((5.0, 1), (16.0, 0)):
        rise = math.tan(math.radians(degrees))
        scan, places = _scan(lambda x, y, rise=rise: rise * x)
        for limits in (LIMITS, StepLimits(0.1, 10.0)):
            label, _ = lidar_labels(scan, PINHOLE, limits)
            middle = (places[..., 0] > 1.2) & (places[..., 0] < 2.0)
            assert (label[middle] == walkable).mean() > 0.95


def test_a_hole_is_not_walkable() -> None:
    scan, places = _scan(lambda x, y: -0.4 * ((x > 1.8) & (x < 2.6)))
    label, _ = lidar_labels(scan, PINHOLE, LIMITS)
    bottom = np.abs(places[..., 2] + HEAD_M + 0.4) < 0.01
    assert bottom.sum() > 100
    assert (label[bottom] == 0).mean() > 0.95


def test_a_thin_leg_is_an_obstacle_and_noise_is_not() -> None:
    scan, places = _scan(lambda x, y: 0.5 * (np.hypot(x - 1.5, y) < 0.03), noise_m=0.02, spacing=1)
    label, _ = lidar_labels(scan, PINHOLE, LIMITS)
    height = places[..., 2] + HEAD_M
    assert (label[(height > 0.1) & (height < 0.5)] == 0).mean() > 0.9
    plain, places = _scan(_flat, noise_m=0.02)
    label, _ = lidar_labels(plain, PINHOLE, LIMITS)
    assert (label[places[..., 0] < 3] == 0).mean() < 0.01


def test_pixels_without_a_return_nearby_are_unlabelled() -> None:
    scan, _ = _scan(_flat)
    left = scan.points[scan.points[:, 0] < 0]
    label, depth_m = lidar_labels(LidarScan(left, R, HEAD_M), PINHOLE, LIMITS)
    assert (label[:, 68:] == UNLABELLED).all()
    assert (label[20:, :56] == 1).all()
    assert (depth_m[:, 68:] == 0).all()
    nothing = LidarScan(np.zeros((0, 3), np.float32), R, HEAD_M)
    assert (lidar_labels(nothing, PINHOLE, LIMITS)[0] == UNLABELLED).all()


def test_a_wall_directly_ahead_is_not_ground() -> None:
    points = np.stack(np.meshgrid(np.linspace(-1, 1, 60), np.linspace(-0.3, 0.3, 40)), -1)
    wall = np.concatenate([points.reshape(-1, 2), np.full((2400, 1), 1.0)], axis=1)
    level = np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]], float)
    label, _ = lidar_labels(LidarScan(wall.astype(np.float32), level, HEAD_M), PINHOLE, LIMITS)
    assert set(np.unique(label)) <= {0, UNLABELLED}


def test_returns_hidden_from_the_camera_are_left_out() -> None:
    # Returns of the floor behind the box, which hides it from the camera.
    scan, places = _scan(_box(0.6))
    front = _on_box(places)
    behind = PINHOLE.unproject(np.where(front, 5.0, 0.0))[front]
    both = np.concatenate([scan.points, behind.astype(np.float32)])
    with_hidden, depth_m = lidar_labels(LidarScan(both, R, HEAD_M), PINHOLE, LIMITS)
    without, _ = lidar_labels(scan, PINHOLE, LIMITS)
    assert (with_hidden != without).mean() < 0.01
    assert depth_m[front].max() < 4.9


def test_limits_come_from_the_robot() -> None:
    spec = load_robot("unitree_g1")
    assert StepLimits.from_spec(spec) == StepLimits(spec.max_step_m, spec.max_slope_deg)
    other = dataclasses.replace(spec, max_step_m=0.2)
    assert StepLimits.from_spec(other).max_step_m == 0.2


def test_a_bed_larger_than_the_floor_is_not_ground() -> None:
    scan, places = _scan(lambda x, y: 0.5 * (x > 1.2))
    label, _ = lidar_labels(scan, PINHOLE, LIMITS)
    bed = (places[..., 0] > 1.5) & (places[..., 0] < 4)
    floor = (places[..., 0] > 0.2) & (places[..., 0] < 1.0)
    # The bed covers most of the image.
    assert min(bed.sum(), floor.sum()) > 300
    assert (label[bed] == 0).mean() > 0.99
    assert (label[floor] == 1).mean() > 0.99


def test_broken_scans_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    pose = {"R_gravity_camera": np.eye(3), "head_height_m": 1.3}
    np.savez(path, points=np.zeros((5, 3)), **pose)
    assert read_scan(path).points.shape == (5, 3)
    assert read_scan(path).head_height_m == 1.3
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"a\.npz.*no lidar scan"):
        read_scan(path)
    np.savez(path, points=np.zeros((5, 2)), **pose)
    with pytest.raises(DataError, match=r"a\.npz.*\(5, 2\)"):
        read_scan(path)
    np.savez(path, points=np.zeros((5, 3)))
    with pytest.raises(DataError, match=r"a\.npz"):
        read_scan(path)
    with pytest.raises(DataError, match=r"nowhere\.npz"):
        read_scan(tmp_path / "nowhere.npz")


def test_heights_of_a_large_scan_are_computed_in_parts() -> None:
    ground = LidarGround(np.zeros(GRID.shape))
    count = 80_000  # what such a lidar gives in 0.4 s
    points = np.random.default_rng(0).uniform([0, -5, -1], [10, 5, 1], (count, 3))
    assert ground.height_above(points) == pytest.approx(points[:, 2], abs=1e-6)
