import numpy as np
import pytest

from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.kinematics.head import HeadKinematics
from drive2walk.robot.spec import load_robot

CAMERA = Pinhole.from_fov(64, 48, np.radians(60))


def test_field_of_view_is_the_angle_between_the_edge_rays() -> None:
    top, bottom = (np.array([0, (v - CAMERA.cy) / CAMERA.fy, 1]) for v in (0, CAMERA.height))
    cosine = top @ bottom / np.linalg.norm(top) / np.linalg.norm(bottom)
    assert np.degrees(np.arccos(cosine)) == pytest.approx(60)
    assert np.degrees(CAMERA.vertical_fov_rad) == pytest.approx(60)


def test_projecting_unprojected_pixels_gives_their_centres() -> None:
    depth = np.random.default_rng(0).uniform(0.5, 5, size=(48, 64))
    pixels = CAMERA.project(CAMERA.unproject(depth))
    u, v = np.meshgrid(np.arange(64) + 0.5, np.arange(48) + 0.5)
    np.testing.assert_allclose(pixels, np.stack([u, v], axis=-1), atol=1e-9)


def test_points_behind_the_camera_have_no_pixel() -> None:
    assert np.isnan(CAMERA.project(np.array([0.0, 0.0, -1.0]))).all()


def test_head_camera_looks_ahead_and_down_by_its_pitch() -> None:
    spec = load_robot("unitree_g1")
    pose = HeadKinematics(spec).T_base_camera(spec.home_qpos)
    forward, down = pose[:3, 2], pose[:3, 1]
    pitch = spec.head_camera.pitch_down_rad
    np.testing.assert_allclose(forward, [np.cos(pitch), 0, -np.sin(pitch)], atol=1e-6)
    assert down[2] < 0
    # A waist that bends forward by 0.1 rad pitches the view down by 0.1 rad.
    bent = spec.home_qpos.copy()
    bent[spec.joint_names.index("waist_pitch_joint")] += 0.1
    forward = HeadKinematics(spec).T_base_camera(bent)[:3, 2]
    assert np.arcsin(-forward[2]) == pytest.approx(pitch + 0.1, abs=1e-6)
