import json
from pathlib import Path

import cv2
import mujoco
import numpy as np
import pytest

from drive2walk.envs.sensors.camera import Camera
from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.publish import publish
from drive2walk.teleop.dataset.reader import DatasetReader
from drive2walk.teleop.recording.fingerprint import compute_fingerprint
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.rendering.depth_images import write_depth_images
from drive2walk.teleop.rendering.episode_images import EpisodeRenderer
from tests.teleop.toy_world import CAMERA, SETUP, ToyWorld, build, demonstrate

pytestmark = pytest.mark.render


def test_videos_show_the_recorded_states(tmp_path: Path) -> None:
    with Recorder(tmp_path, SETUP) as recorder:
        demonstrate(recorder, 2, 40)
        publish(tmp_path, EpisodeRenderer(build).rgb)
    dataset, world = DatasetReader(tmp_path), ToyWorld(2)
    qpos = dataset.episode(0).columns["sim.qpos"]
    shown = dataset.images(0, "head", [0, 39]).astype(float)
    before = compute_fingerprint(world.model)
    with Camera(world.model, "eye", 2 * CAMERA.width, 2 * CAMERA.height):
        assert compute_fingerprint(world.model) == before, "a camera doesn't change the physics"
    with Camera(world.model, "eye", CAMERA.width, CAMERA.height) as eye:
        for image, row in zip(shown, qpos[[0, 39]], strict=True):
            world.data.qpos[:] = row
            mujoco.mj_forward(world.model, world.data)
            assert np.abs(image - eye.rgb(world.data)).mean() < 3
    assert np.abs(shown[1] - shown[0]).mean() > 3, "the box and the arm have moved"


def test_depth_and_segmentation_can_be_rendered_later(tmp_path: Path) -> None:
    with Recorder(tmp_path / "data", SETUP) as recorder:
        demonstrate(recorder, 2, 3)
    episode, out = DatasetReader(tmp_path / "data").episode(0), tmp_path / "out"
    assert write_depth_images(episode, CAMERA, out, build) == 3
    names = json.loads((out / "geoms.json").read_text())
    segmentation = cv2.imread(str(out / "segmentation" / "000000.png"), cv2.IMREAD_UNCHANGED)
    depth = cv2.imread(str(out / "depth" / "000000.png"), cv2.IMREAD_UNCHANGED)
    assert depth.dtype == np.uint16
    box = segmentation == names.index("box")
    # From 2 m before the origin to the box's near side, 0.2 m behind it, looking slightly down.
    assert box.sum() > 20
    assert 2000 < depth[box].min() < 2500
    assert np.all(depth[segmentation == 0] == 0)


def test_states_of_another_world_are_refused() -> None:
    images = EpisodeRenderer(build).rgb({"seed": 0}, np.zeros((2, 5)), CAMERA)
    with pytest.raises(DataError, match="5 positions, the rebuilt world 8"):
        next(images)
