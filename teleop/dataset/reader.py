"""Reads a dataset: what it holds, its episodes, its images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.dataset.files.episode_file import Header, read_episode, read_header
from drive2walk.teleop.dataset.files.videos import read_images
from drive2walk.teleop.dataset.layout import Layout
from drive2walk.teleop.dataset.publish import unseen


class Dataset:
    """The saved episodes of the dataset in ``root``, also those that have no videos yet.

    Raises:
        DataError: there is no dataset.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.layout = Layout(root)
        self.episodes = self.layout.saved()
        if not self.episodes:
            raise DataError(
                f"'{root}' holds no episodes. Give a dataset that drive2walk teleop record wrote."
            )

    def header(self, number: int) -> Header:
        """Return what an episode says of itself, without its frames.

        Raises:
            DataError: there is no such episode, or it can't be read.
        """
        self._check(number)
        return read_header(self.layout.data(number))

    def episode(self, number: int) -> Episode:
        """Return an episode with its frames.

        Raises:
            DataError: there is no such episode, or it can't be read.
        """
        self._check(number)
        return read_episode(self.layout.data(number))

    def images(self, number: int, camera: str, frames: list[int]) -> NDArray[np.uint8]:
        """Return images of an episode, (len(frames), height, width, 3) RGB.

        Raises:
            DataError: there is no such episode or camera, or its video can't be read.
        """
        header = self.header(number)
        key = find_camera(header.episode, camera).key
        return read_images(self.layout.video(key, number), frames, header.episode.setup.fps)

    def summary(self) -> dict[str, Any]:
        """Return what the dataset holds: episodes, tasks, features, cameras, size.

        Raises:
            DataError: an episode can't be read.
        """
        headers = [self.header(number) for number in self.episodes]
        frames = sum(header.length for header in headers)
        setup = headers[-1].episode.setup
        tasks: dict[str, int] = {}
        for header in headers:
            tasks[header.episode.task] = tasks.get(header.episode.task, 0) + 1
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return {
            "format": "LeRobotDataset v3.0",
            "robot": setup.robot,
            "episodes": len(headers),
            "frames": frames,
            "seconds": frames / setup.fps,
            "fps": setup.fps,
            "tasks": tasks,
            "features": headers[-1].sizes(),
            "cameras": {c.name: f"{c.width}x{c.height}" for c in setup.cameras},
            "without_videos": unseen(self.root),
            "megabytes": sum(path.stat().st_size for path in files) / 1e6,
        }

    def _check(self, number: int) -> None:
        if number not in self.episodes:
            raise DataError(
                f"'{self.root}' has no episode {number}. "
                f"Give one of {self.episodes[0]} to {self.episodes[-1]}."
            )


def find_camera(episode: Episode, name: str) -> VideoCamera:
    """Return a camera of the episode by its name.

    Raises:
        DataError: it has no such camera.
    """
    cameras = {camera.name: camera for camera in episode.setup.cameras}
    if name not in cameras:
        raise DataError(unknown_name("camera", name, cameras))
    return cameras[name]
