"""Joins datasets into a new one; also closes the gap that a broken episode left."""

from __future__ import annotations

import shutil
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.teleop.dataset.files.durable import PART, durable
from drive2walk.teleop.dataset.files.episode_file import Header, write_episode
from drive2walk.teleop.dataset.layout import Layout
from drive2walk.teleop.dataset.publish import Render, publish
from drive2walk.teleop.dataset.reader import Dataset


def merge(roots: list[Path], out: Path, render: Render) -> int:
    """Write the episodes of the datasets ``roots``, in this order, to the new dataset ``out``.

    ``out`` appears when it is whole. Videos are taken over; those that are lacking are made.

    Args:
        roots: folders of datasets, which stay as they are.
        out: a folder that doesn't exist.
        render: makes the images of videos.

    Returns:
        The number of episodes.

    Raises:
        DataError: a dataset can't be read or isn't like the first, or ``out`` exists.
        ConfigError: no dataset was given.
        RenderError: videos are missing and this machine can't render.
    """
    if not roots:
        raise ConfigError("no dataset was given. Name at least one folder before --out.")
    if out.exists():
        raise DataError(f"'{out}' exists. Give a new folder for the merged dataset.")
    sources = [Dataset(root) for root in roots]
    shared = sources[0].header(sources[0].episodes[0])
    part = Layout(out.with_name(f"{out.name}{PART}"))
    shutil.rmtree(part.root, ignore_errors=True)
    tasks: dict[str, int] = {}
    number = first = 0
    for source in sources:
        for episode in source.episodes:
            header = source.header(episode)
            _check_alike(header, shared, source.root)
            task_index = tasks.setdefault(header.episode.task, len(tasks))
            frames = source.episode(episode)
            write_episode(part.data(number), frames, number, first, task_index)
            _copy_videos(source, episode, part, number, header)
            number, first = number + 1, first + header.length
    publish(part.root, render)
    part.root.replace(out)
    return number


def _copy_videos(source: Dataset, episode: int, part: Layout, number: int, header: Header) -> None:
    for camera in header.episode.setup.cameras:
        video = source.layout.video(camera.key, episode)
        if video.is_file():
            with durable(part.video(camera.key, number)) as copy:
                shutil.copyfile(video, copy)


def _check_alike(header: Header, shared: Header, root: Path) -> None:
    difference = header.episode.setup.difference(shared.episode.setup)
    if difference is not None:
        raise DataError(
            f"'{root}' was recorded with {difference}, as the first dataset was. "
            "Merge datasets that were recorded alike."
        )
    if header.sizes() != shared.sizes():
        raise DataError(
            f"'{root}' holds {header.sizes()} values a frame, the first dataset "
            f"{shared.sizes()}. Merge datasets that were recorded alike."
        )
