import dataclasses
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup, VideoCamera
from drive2walk.teleop.dataset.files.videos import (
    find_video_fault,
    read_images,
    read_video,
    write_video,
)
from tests.teleop.toy_world import CAMERA, SETUP, number_of, numbered

STATES = np.zeros((60, 1))
EPISODE = Episode(SETUP, "", {}, (), {"sim.qpos": STATES}, "", "")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "videos" / "file-000.mp4"
    write_video(path, numbered({}, STATES, CAMERA), CAMERA, EPISODE)
    return path


def test_every_frame_has_its_time(video: Path) -> None:
    read = [
        (time_s, number_of(frame.to_ndarray(format="rgb24"))) for time_s, frame in read_video(video)
    ]
    assert [number for _, number in read] == list(range(60))
    np.testing.assert_allclose([time_s for time_s, _ in read], np.arange(60) / 50, atol=1e-9)
    assert find_video_fault(video, CAMERA, EPISODE) is None


def test_frames_are_read_in_any_order(video: Path) -> None:
    wanted = [59, 0, 31, 30, 31]
    assert [number_of(image) for image in read_images(video, wanted, 50)] == wanted
    with pytest.raises(DataError, match="no frame 60"):
        read_images(video, [60], 50)


def test_colours_survive(tmp_path: Path) -> None:
    colour = np.array([200, 60, 30], np.uint8)
    image = np.broadcast_to(colour, (48, 64, 3)).copy()
    write_video(tmp_path / "a.mp4", iter([image] * 60), CAMERA, EPISODE)
    mean = read_images(tmp_path / "a.mp4", [1], 50).mean(axis=(0, 1, 2))
    np.testing.assert_allclose(mean, colour, atol=4)


def test_faults_are_named(video: Path) -> None:
    def fault(path: Path = video, camera: VideoCamera = CAMERA, episode: Episode = EPISODE) -> str:
        return find_video_fault(path, camera, episode) or "none"

    assert fault(video.with_name("none.mp4")).endswith("is missing")
    assert "is 64x48, not 32x48" in fault(camera=VideoCamera("head", "eye", 32, 48))
    assert "frame 1 of" in fault(
        episode=dataclasses.replace(EPISODE, setup=RecordingSetup("g1", 25))
    )
    other = dataclasses.replace(EPISODE, columns={"sim.qpos": STATES + 1})
    assert "shows another episode" in fault(episode=other)
    video.write_bytes(video.read_bytes()[:2000])
    assert fault() != "none"


@pytest.mark.parametrize("count", [59, 61])
def test_too_few_or_too_many_images_write_no_video(count: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{count} images of 60 frames"):
        write_video(tmp_path / "a.mp4", numbered({}, np.zeros((count, 1)), CAMERA), CAMERA, EPISODE)
    assert not list(tmp_path.iterdir())
