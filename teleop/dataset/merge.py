"""Merges datasets into a new one; this also closes the gap that a broken episode left."""

from __future__ import annotations

import shutil
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.teleop.dataset.files.durable import PART, durable
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.episode_file import EpisodeHeader, write_episode
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.publish import Render, publish
from drive2walk.teleop.dataset.reader import DatasetReader


def merge(roots: list[Path], out: Path, render: Render) -> int:
    """Write the episodes of the datasets ``roots``, in this order, to the new dataset ``out``.

    ``out`` appears once it is complete. Videos are copied; missing ones are rendered.

    Args:
        roots: Folders of the datasets, which stay as they are.
        out: Folder that doesn't exist yet.
        render: Renders the images of videos.

    Returns:
        Number of episodes.

    Raises:
        DataError: A dataset can't be read or differs from the first, or ``out`` exists.
        ConfigError: No dataset was given.
        RenderError: Videos are missing and this machine can't render.
    """
    if not roots:
        raise ConfigError("no dataset was given. Name at least one folder before --out.")
    if out.exists():
        raise DataError(f"'{out}' exists. Give a new folder for the merged dataset.")
    sources = [DatasetReader(root) for root in roots]
    shared = sources[0].header(sources[0].episodes[0])
    part = DatasetLayout(out.with_name(f"{out.name}{PART}"))
    shutil.rmtree(part.root, ignore_errors=True)
    tasks: dict[str, int] = {}
    number = first = 0
    for source in sources:
        for old_number in source.episodes:
            header = source.header(old_number)
            _check_alike(header, shared, source.root)
            task_index = tasks.setdefault(header.episode.task, len(tasks))
            episode = source.episode(old_number)
            write_episode(part.data(number), episode, number, first, task_index)
            _copy_videos(source.layout, old_number, part, number, episode)
            number, first = number + 1, first + header.length
    publish(part.root, render)
    part.root.replace(out)
    return number


def _copy_videos(
    source: DatasetLayout, old_number: int, part: DatasetLayout, number: int, episode: Episode
) -> None:
    for camera in episode.setup.cameras:
        video = source.video(camera.key, old_number)
        if video.is_file():
            with durable(part.video(camera.key, number)) as copy:
                shutil.copyfile(video, copy)


def _check_alike(header: EpisodeHeader, shared: EpisodeHeader, root: Path) -> None:
    difference = header.episode.setup.find_difference(shared.episode.setup)
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
