"""Reads a dataset: its summary, its episodes and its images."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.dataset.files.episode_file import EpisodeHeader, read_episode, read_header
from drive2walk.teleop.dataset.files.videos import read_images
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.publish import find_unseen


class DatasetReader:
    """The saved episodes of the dataset in ``root``, with or without videos.

    Attributes:
        episodes: Indices of the episodes, ascending.

    Raises:
        DataError: There are no episodes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.layout = DatasetLayout(root)
        self.episodes = self.layout.require_saved()

    def header(self, number: int) -> EpisodeHeader:
        """Return the header of an episode, without its frames.

        Raises:
            DataError: There is no such episode, or it can't be read.
        """
        self._check_number(number)
        return read_header(self.layout.data(number))

    def episode(self, number: int) -> Episode:
        """Return an episode with its frames.

        Raises:
            DataError: There is no such episode, or it can't be read.
        """
        self._check_number(number)
        return read_episode(self.layout.data(number))

    def images(self, number: int, camera: str, frames: list[int]) -> NDArray[np.uint8]:
        """Return images of an episode, (len(frames), height, width, 3) RGB.

        Raises:
            DataError: There is no such episode or camera, or its video can't be read.
        """
        header = self.header(number)
        key = find_camera(header.episode, camera).key
        return read_images(self.layout.video(key, number), frames, header.episode.setup.fps)

    def summary(self) -> dict[str, Any]:
        """Return a summary as JSON: episodes, tasks, features, cameras, size.

        Raises:
            DataError: An episode can't be read.
        """
        headers = [self.header(number) for number in self.episodes]
        frames = sum(header.length for header in headers)
        setup = headers[-1].episode.setup
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return {
            "format": "LeRobotDataset v3.0",
            "robot": setup.robot,
            "episodes": len(headers),
            "frames": frames,
            "seconds": frames / setup.fps,
            "fps": setup.fps,
            "tasks": dict(Counter(header.episode.task for header in headers)),
            "features": headers[-1].sizes(),
            "cameras": {c.name: f"{c.width}x{c.height}" for c in setup.cameras},
            "without_videos": find_unseen(self.root),
            "megabytes": sum(path.stat().st_size for path in files) / 1e6,
        }

    def _check_number(self, number: int) -> None:
        if number not in self.episodes:
            raise DataError(
                f"'{self.root}' has no episode {number}. "
                f"Give one of {self.episodes[0]} to {self.episodes[-1]}."
            )


def find_camera(episode: Episode, name: str) -> VideoCamera:
    """Return a camera of an episode by its name.

    Raises:
        DataError: There is no such camera.
    """
    cameras = {camera.name: camera for camera in episode.setup.cameras}
    if name not in cameras:
        raise DataError(unknown_name("camera", name, cameras))
    return cameras[name]
