"""Makes from saved episodes what readers need: videos, index, statistics, info.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import locked
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.dataset.files.episode_file import (
    INDEX_TYPES,
    read_episode,
    read_header,
    read_index,
)
from drive2walk.teleop.dataset.files.videos import read_images, video_fault, write_video
from drive2walk.teleop.dataset.index import read_info, write_row, write_summary, write_tasks
from drive2walk.teleop.dataset.layout import PUBLISHER_LOCK, Layout
from drive2walk.teleop.dataset.stats import Stats, feature_stats, image_frames, image_stats

# (scene, qpos (length, nq), camera) -> RGB images (height, width, 3) uint8, one a frame.
Render = Callable[[dict[str, Any], NDArray[np.float64], VideoCamera], Iterator[NDArray[np.uint8]]]


def publish(root: Path, render: Render) -> list[int]:
    """Make what readers need of the episodes that lack it; return which they were.

    An episode counts for readers once its row is written, and that is after its videos.

    Args:
        root: the dataset's folder.
        render: makes the images of the videos.

    Raises:
        DataError: a file can't be read or written, or another process is at it.
        RenderError: this machine can't render.
    """
    busy = f"another process makes the videos of '{root}'. Wait for it and run again."
    with locked(root / PUBLISHER_LOCK, busy):
        here = Layout(root)
        published = publish_waiting(here, render)
        if here.indexed() and (published or unseen(root)):
            write_summary(root)
    return published


def publish_waiting(here: Layout, render: Render) -> list[int]:
    """Make the videos and the rows that are lacking, without a lock and without info.json."""
    waiting = unpublished(here.root)
    if waiting:
        write_tasks(here.tasks, saved_tasks(here))
    for number in waiting:
        _publish_episode(here, number, render)
    return waiting


def saved_tasks(here: Layout) -> dict[str, int]:
    """Return the index of each task that a saved episode is of."""
    headers = [read_header(here.data(number)) for number in here.saved()]
    return {header.episode.task: header.task_index for header in headers}


def unpublished(root: Path) -> list[int]:
    """Return the episodes whose frames are saved and that readers don't see yet."""
    here = Layout(root)
    indexed = set(here.indexed())
    return [number for number in here.saved() if number not in indexed]


def unseen(root: Path) -> list[int]:
    """Return the saved episodes that readers don't see: without a row, or not in info.json."""
    here = Layout(root)
    try:
        counted = int(read_info(root).get("total_episodes", 0))
    except DataError:
        counted = 0
    seen = set(here.indexed()[:counted])
    return [number for number in here.saved() if number not in seen]


def _publish_episode(here: Layout, number: int, render: Render) -> None:
    path = here.data(number)
    episode, index = read_episode(path), read_index(path)
    stats = {name: feature_stats(values) for name, values in episode.columns.items()}
    for camera in episode.setup.cameras:
        stats[camera.key] = _publish_video(here, number, episode, camera, render)
    stats |= {name: feature_stats(index[name]) for name in INDEX_TYPES}
    write_row(here.index(number), episode, number, int(index["index"][0, 0]), stats)


def _publish_video(
    here: Layout, number: int, episode: Episode, camera: VideoCamera, render: Render
) -> Stats:
    """Write an episode's video where it isn't there whole, and return its statistics."""
    path = here.video(camera.key, number)
    if video_fault(path, camera, episode) is not None:
        images = render(episode.scene, episode.columns["sim.qpos"], camera)
        write_video(path, images, camera, episode)
    return image_stats(read_images(path, image_frames(episode.length), episode.setup.fps))
