import math
import os
import subprocess
import sys
from typing import Any

import mujoco
import numpy as np
import pytest

from drive2walk.envs.sensors.camera import Camera
from drive2walk.envs.sensors.geom_classes import geom_classes
from drive2walk.experiment.errors import RenderError

BOX, PLANE = mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_PLANE
DISTANCE_M, EDGE_M, FOV_DEG = 3.0, 1.0, 60.0
WIDTH, HEIGHT = 160, 120


def _world(group: int = 0) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """Return a world with only a cube, whose near face is DISTANCE_M in front of the camera."""
    spec = mujoco.MjSpec()
    spec.stat.extent = 1.0
    spec.visual.map.znear, spec.visual.map.zfar = 0.02, 100.0
    half = EDGE_M / 2
    spec.worldbody.add_geom(
        name="cube", type=BOX, size=[half] * 3, pos=[DISTANCE_M + half, 0, 1], group=group
    )
    # Looks along +x: its x axis is -y of the world, its y axis is up.
    axes = np.array([[0, 0, -1], [-1, 0, 0], [0, 1, 0]], dtype=float)
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, axes.ravel())
    spec.worldbody.add_camera(name="eye", pos=[0, 0, 1], quat=quat, fovy=FOV_DEG)
    spec.worldbody.add_light(pos=[0, 0, 3], dir=[1, 0, -1])
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


@pytest.mark.render
def test_a_cube_gives_its_exact_depth_and_mask() -> None:
    model, data = _world()
    classes = geom_classes(model, {"cube": "car"}, ("sky", "road", "car"))
    with Camera(model, "eye", WIDTH, HEIGHT) as camera:
        depth, mask = camera.depth_and_surfaces(data, classes)
        alone = camera.depth(data), camera.surfaces(data, classes)
    focal = HEIGHT / 2 / math.tan(math.radians(FOV_DEG) / 2)
    half_px = EDGE_M / 2 / DISTANCE_M * focal
    u, v = np.meshgrid(np.arange(WIDTH) + 0.5 - WIDTH / 2, np.arange(HEIGHT) + 0.5 - HEIGHT / 2)
    expected = (np.abs(u) < half_px) & (np.abs(v) < half_px)
    assert np.array_equal(mask == 2, expected)
    # Depth is along the axis: a face across it has one depth, corners included.
    assert np.allclose(depth[expected], DISTANCE_M, atol=1e-4)
    assert (depth[~expected] == 0).all()
    assert (mask[~expected] == 0).all()
    assert np.array_equal(alone[0], depth)
    assert np.array_equal(alone[1], mask)


@pytest.mark.render
def test_colour_images_show_the_cube_upright_where_the_mask_is() -> None:
    model, data = _world()
    model.geom("cube").rgba[:] = [1, 0, 0, 1]
    model.geom("cube").pos[2] = 1.6
    mujoco.mj_forward(model, data)
    with Camera(model, "eye", WIDTH, HEIGHT) as camera:
        image = camera.rgb(data)
        depth = camera.depth(data)
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert image.dtype == np.uint8
    rows = np.nonzero(image[..., 0] > 60)[0]
    assert rows.mean() < HEIGHT / 2 - 10
    assert abs(rows.mean() - np.nonzero(depth)[0].mean()) < 1.0


@pytest.mark.render
def test_labels_are_drawn_without_multisampling_and_colours_with_it() -> None:
    model, data = _world()
    model.vis.quality.offsamples = 4
    with Camera(model, "eye", WIDTH, HEIGHT) as camera:
        before = camera.rgb(data)
        camera.depth_and_geoms(data)
        assert camera._contexts.make_current(labels=True).offSamples == 0
        assert camera._contexts.make_current(labels=False).offSamples == 4
        assert np.array_equal(camera.rgb(data), before)
    assert model.vis.quality.offsamples == 4


@pytest.mark.render
def test_collision_shapes_of_robots_are_invisible() -> None:
    model, data = _world(group=3)
    with Camera(model, "eye", WIDTH, HEIGHT) as camera:
        assert (camera.depth(data) == 0).all()


def test_geoms_without_a_surface_are_unlabelled() -> None:
    model, _ = _world()
    assert geom_classes(model, {}, ("sky",)).tolist() == [255]
    assert geom_classes(model, {"cube": "sky"}, ("sky",)).tolist() == [0]


@pytest.mark.render
def test_the_error_of_a_closed_camera_says_so() -> None:
    model, data = _world()
    camera = Camera(model, "eye", 32, 24)
    camera.close()
    camera.close()
    with pytest.raises(RenderError, match="closed"):
        camera.rgb(data)


def test_an_error_names_an_unknown_camera_and_the_nearest() -> None:
    model, _ = _world()
    with pytest.raises(RenderError, match=r"'eya'.*Did you mean 'eye'"):
        Camera(model, "eya", 32, 24)


def test_the_error_without_opengl_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise ImportError("Unable to load EGL library")

    monkeypatch.setattr("drive2walk.envs.sensors.opengl._context_class", missing)
    model, _ = _world()
    with pytest.raises(RenderError, match="libegl1 libopengl0 libgl1-mesa-dri") as caught:
        Camera(model, "eye", 32, 24)
    assert "\n" not in str(caught.value)


@pytest.mark.render
def test_a_headless_machine_needs_no_setting() -> None:
    program = (
        "from tests.envs.sensors.test_camera import _world\n"
        "from drive2walk.envs.sensors.camera import Camera\n"
        "model, data = _world()\n"
        "print(Camera(model, 'eye', 32, 24).rgb(data).shape)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("MUJOCO_GL", "DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "(24, 32, 3)", done.stderr
