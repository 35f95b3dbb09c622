import dataclasses
import math

import mujoco
import numpy as np
import pytest

from drive2walk.envs.rendering.viewpoints import Viewpoint
from drive2walk.envs.sensors.lidar import Lidar, Scan, in_view
from drive2walk.envs.sensors.lidar_config import LidarConfig, scan_directions
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import apply

EXACT = LidarConfig(
    range_sigma_m=0.0, angle_sigma_deg=0.0, attitude_sigma_deg=0.0, height_sigma_m=0.0
)
VIEW = Viewpoint(x=0, y=0, z=1.3, yaw=0.4, pitch_down=0.5, roll=0.05, vertical_fov=1.0)
PINHOLE = VIEW.pinhole(160, 120)


def _world(extra: str = "") -> tuple[mujoco.MjModel, mujoco.MjData]:
    model = mujoco.MjModel.from_xml_string(
        f"<mujoco><worldbody><geom type='plane' size='60 60 1'/>{extra}</worldbody></mujoco>"
    )
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def _scan(config: LidarConfig, view: Viewpoint = VIEW, extra: str = "", seed: int = 0) -> Scan:
    model, data = _world(extra)
    rng = np.random.default_rng(seed)
    pinhole = view.pinhole(160, 120)
    return Lidar(model, config).scan(data, pinhole, view.T_world_camera(), rng)


def test_the_beam_covers_its_field_evenly() -> None:
    config = LidarConfig()
    beams = scan_directions(config, 3.0)
    assert beams.shape == (round(config.points_per_s * config.scan_s), 3)
    assert np.allclose(np.linalg.norm(beams, axis=1), 1)
    elevation = np.degrees(np.arcsin(beams[:, 2]))
    assert elevation.min() == pytest.approx(-7, abs=0.1)
    assert elevation.max() == pytest.approx(52, abs=0.1)
    azimuth = np.histogram(np.arctan2(beams[:, 1], beams[:, 0]), 36, (-math.pi, math.pi))[0]
    assert azimuth.min() > 0.9 * azimuth.max()


def test_the_pattern_does_not_repeat() -> None:
    first, later = (scan_directions(LidarConfig(), start) for start in (0.0, 0.4))
    # After whole turns the azimuths are the same, but not the elevations.
    assert np.abs(first - later).max(axis=1).mean() > 0.1


def test_without_noise_every_return_lies_on_the_floor() -> None:
    scan = _scan(EXACT)
    world = apply(VIEW.T_world_camera(), scan.points.astype(np.float64))
    assert len(scan.points) > 1000
    assert np.abs(world[:, 2]).max() < 2e-3


def test_noise_is_that_of_the_data_sheet() -> None:
    # Straight at a wall 3 m ahead, range is depth.
    level = dataclasses.replace(VIEW, yaw=0.0, pitch_down=0.0, roll=0.0)
    config = dataclasses.replace(EXACT, range_sigma_m=0.02, position_m=(0.0, 0.0, 0.0))
    scan = _scan(config, level, "<geom type='box' size='.1 9 9' pos='3.1 0 0'/>")
    ranges = np.linalg.norm(scan.points, axis=1)
    axis = scan.points / ranges[:, None]
    wall = axis[:, 1] < 0.1  # above the beams that meet the floor first
    error = ranges[wall] - 3.0 / axis[wall, 2]
    assert error.std() == pytest.approx(0.02, rel=0.1)
    assert abs(error.mean()) < 0.003


def test_returns_are_within_the_range() -> None:
    near = dataclasses.replace(EXACT, range_m=(0.1, 2.0))
    ranges = np.linalg.norm(_scan(near).points - np.array(near.position_m), axis=1)
    assert len(ranges) > 100
    assert ranges.max() < 2.01


def test_hidden_groups_and_geoms_behind_the_camera_give_no_return() -> None:
    box = "<geom type='box' size='.2 .2 .2' pos='{} 0 1' group='{}'/>"
    view = dataclasses.replace(VIEW, yaw=0.0)
    plain = _scan(EXACT, view).points
    assert np.array_equal(_scan(EXACT, view, box.format(-2, 0)).points, plain)
    assert np.array_equal(_scan(EXACT, view, box.format(2, 5)).points, plain)
    assert not np.array_equal(_scan(EXACT, view, box.format(2, 0)).points, plain)


def test_the_attitude_is_that_of_gravity_without_a_heading() -> None:
    scan = _scan(EXACT)
    up = VIEW.T_world_camera()[:3, :3].T @ [0, 0, 1]
    assert np.allclose(scan.R_gravity_camera[2], up)
    assert np.allclose(scan.R_gravity_camera @ scan.R_gravity_camera.T, np.eye(3))
    assert np.linalg.det(scan.R_gravity_camera) == pytest.approx(1)
    turned = _scan(EXACT, dataclasses.replace(VIEW, yaw=2.0))
    assert np.allclose(turned.R_gravity_camera, scan.R_gravity_camera)


def test_the_head_height_is_measured_from_the_ground_below() -> None:
    assert _scan(EXACT).head_height_m == pytest.approx(VIEW.z)
    box = "<geom type='box' size='1 1 .1' pos='0 0 .1'/>"
    assert _scan(EXACT, extra=box).head_height_m == pytest.approx(VIEW.z - 0.2)


def test_the_imu_s_errors_have_their_standard_deviation() -> None:
    noisy = dataclasses.replace(EXACT, attitude_sigma_deg=1.0, scan_s=0.001)
    truth = _scan(EXACT).R_gravity_camera[2]
    errors = [
        math.degrees(math.acos(min(1.0, _scan(noisy, seed=k).R_gravity_camera[2] @ truth)))
        for k in range(200)
    ]
    # Two axes of one degree each: the angle's mean square is about 2.
    assert np.mean(np.square(errors)) == pytest.approx(2, rel=0.3)


def test_only_the_view_and_a_margin_are_scanned() -> None:
    pinhole = Pinhole.from_fov(100, 100, math.radians(90))
    ahead, aside, behind, margin = [0, 0, 1], [2, 0, 1], [0, 0, -1], [1.2, 0, 1]
    directions = np.array([ahead, aside, behind, margin], float)
    assert in_view(pinhole, directions).tolist() == [True, False, False, True]
