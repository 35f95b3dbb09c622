"""Makes what readers need from saved episodes: videos, index, statistics and info.json."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.experiment.ordered_workers import run_in_order
from drive2walk.teleop.dataset.files.durable import locked
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.dataset.files.episode_file import (
    INDEX_TYPES,
    read_episode,
    read_header,
    read_index,
)
from drive2walk.teleop.dataset.files.videos import find_video_fault, read_images, write_video
from drive2walk.teleop.dataset.index import write_row, write_summary, write_tasks
from drive2walk.teleop.dataset.info import read_info
from drive2walk.teleop.dataset.layout import PUBLISHER_LOCK, DatasetLayout
from drive2walk.teleop.dataset.stats import (
    Stats,
    compute_feature_stats,
    compute_image_stats,
    pick_image_frames,
)

# (scene, qpos (length, nq), camera) -> RGB images (height, width, 3) uint8, one per frame.
Render = Callable[[dict[str, Any], NDArray[np.float64], VideoCamera], Iterator[NDArray[np.uint8]]]


def publish(root: Path, render: Render, workers: int = 1) -> list[int]:
    """Make what readers need for the episodes that lack it.

    A reader sees an episode once its row is written, and that is after its videos.

    Args:
        root: Folder of the dataset.
        render: Renders the images of the videos. For several processes it must be picklable.
        workers: Number of processes, each of which makes one episode's videos at a time.

    Returns:
        Indices of the published episodes.

    Raises:
        DataError: A file can't be read or written, or another process is publishing.
        RenderError: This machine can't render.
    """
    busy = f"another process makes the videos of '{root}'. Wait for it and run again."
    with locked(root / PUBLISHER_LOCK, busy):
        here = DatasetLayout(root)
        published = publish_waiting(here, render, workers)
        if here.indexed() and (published or find_unseen(root)):
            write_summary(root)
    return published


def publish_waiting(here: DatasetLayout, render: Render, workers: int = 1) -> list[int]:
    """Make the missing videos and rows, without a lock and without info.json.

    Args:
        here: Paths of the dataset.
        render: Renders the images of the videos. For several processes it must be picklable.
        workers: Number of processes.

    Returns:
        Indices of the published episodes.

    Raises:
        DataError: A file can't be read or written.
        RenderError: This machine can't render.
    """
    indexed = set(here.indexed())
    waiting = [number for number in here.saved() if number not in indexed]
    if waiting:
        write_tasks(here.tasks, read_saved_tasks(here))
    publish_one = functools.partial(_publish_episode, here, render)
    with closing(run_in_order(publish_one, waiting, min(workers, max(1, len(waiting))))) as done:
        collections.deque(done, maxlen=0)
    return waiting


def read_saved_tasks(here: DatasetLayout) -> dict[str, int]:
    """Return the index of each task of the saved episodes.

    Raises:
        DataError: An episode can't be read.
    """
    headers = [read_header(here.data(number)) for number in here.saved()]
    return {header.episode.task: header.task_index for header in headers}


def find_unseen(root: Path) -> list[int]:
    """Return the saved episodes that readers don't see: without a row, or not in info.json."""
    here = DatasetLayout(root)
    try:
        counted = int(read_info(root).get("total_episodes", 0))
    except DataError:
        counted = 0
    seen = set(here.indexed()[:counted])
    return [number for number in here.saved() if number not in seen]


def _publish_episode(here: DatasetLayout, render: Render, number: int) -> None:
    path = here.data(number)
    episode, index = read_episode(path), read_index(path)
    stats = {name: compute_feature_stats(values) for name, values in episode.columns.items()}
    for camera in episode.setup.cameras:
        stats[camera.key] = _publish_video(here, number, episode, camera, render)
    stats |= {name: compute_feature_stats(index[name]) for name in INDEX_TYPES}
    write_row(here.index(number), episode, number, int(index["index"][0, 0]), stats)


def _publish_video(
    here: DatasetLayout, number: int, episode: Episode, camera: VideoCamera, render: Render
) -> Stats:
    """Write an episode's video unless it is complete, and return its statistics."""
    path = here.video(camera.key, number)
    if find_video_fault(path, camera, episode) is not None:
        qpos = episode.columns["sim.qpos"][:: camera.image_frames]
        images = _repeat(render(episode.scene, qpos, camera), camera.image_frames, episode.length)
        write_video(path, images, camera, episode)
    frames = pick_image_frames(episode.length)
    return compute_image_stats(read_images(path, frames, episode.setup.fps))


def _repeat(
    images: Iterator[NDArray[np.uint8]], times: int, count: int
) -> Iterator[NDArray[np.uint8]]:
    """Yield each image several times, ``count`` images in all."""
    for k, image in enumerate(images):
        for _ in range(min(times, count - k * times)):
            yield image
