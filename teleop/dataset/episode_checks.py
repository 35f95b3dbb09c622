"""The checks of one episode: its header, numbering and values, its row and its videos."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.episode_file import EpisodeHeader
from drive2walk.teleop.dataset.files.videos import find_video_fault
from drive2walk.teleop.dataset.index import describe_row, read_row
from drive2walk.teleop.dataset.layout import DatasetLayout, locate_episode

# Raw input may be NaN; what policies learn from and what replay needs must be finite.
FINITE = ("observation.state", "action", "sim.qpos", "sim.qvel", "sim.ctrl")


def find_header_faults(header: EpisodeHeader, first: EpisodeHeader) -> Iterator[str]:
    """Yield the differences of an episode's header from that of the dataset's first episode."""
    difference = header.episode.setup.find_difference(first.episode.setup)
    if difference is not None:
        yield f"was recorded with {difference}, as the first was"
    if header.sizes() != first.sizes():
        yield f"holds {header.sizes()} values a frame, the first {first.sizes()}"


def find_numbering_faults(
    index: dict[str, NDArray[Any]], header: EpisodeHeader, number: int, first: int
) -> Iterator[str]:
    """Yield the wrong values of the features that LeRobotDataset adds to the frames.

    Args:
        index: These features, (length, 1) each.
        header: Header of the episode.
        number: Index of the episode.
        first: Index of its first frame in the dataset.
    """
    frames = np.arange(header.length)
    expected: dict[str, Any] = {
        "timestamp": (frames / header.episode.setup.fps).astype(np.float32),
        "frame_index": frames,
        "episode_index": np.full(header.length, number),
        "index": first + frames,
        "task_index": np.full(header.length, header.task_index),
    }
    for name, values in expected.items():
        wrong = np.flatnonzero(index[name][:, 0] != values)
        if len(wrong):
            at = wrong[0]
            yield f"{name} of frame {at} is {index[name][at, 0]}, not {values[at]}"


def find_value_faults(episode: Episode) -> Iterator[str]:
    """Yield the missing features, values that aren't finite, and misplaced segments."""
    if not episode.length:
        yield "has no frames"
    for name in FINITE:
        if name not in episode.columns:
            yield f"lacks '{name}'"
            continue
        wrong = np.flatnonzero(~np.isfinite(episode.columns[name]).all(axis=1))
        if len(wrong):
            yield f"{name} of frame {wrong[0]} isn't a number"
    starts = [segment.start for segment in episode.segments]
    if starts[:1] != [0] or starts != sorted(set(starts)):
        yield f"its states are at frames {starts}; the first must be at 0, the others later"


def find_published_faults(
    here: DatasetLayout, number: int, episode: Episode, first: int
) -> Iterator[str]:
    """Yield the faults of an episode's row of the index, and of its videos.

    Args:
        here: Paths of the dataset.
        number: Index of the episode.
        episode: Episode with its frames.
        first: Index of its first frame in the dataset.
    """
    try:
        row = read_row(here.index(number))
    except DataError as error:
        yield str(error)
        return
    cameras = episode.setup.cameras
    expected = describe_row(episode, number, first)
    for camera in cameras:
        location = locate_episode(number)
        expected |= {f"videos/{camera.key}/{name}": value for name, value in location.items()}
    for name, value in expected.items():
        if row.get(name) != value:
            yield f"the index has {name} {row.get(name)}, not {value}"
    for camera in cameras:
        fault = find_video_fault(here.video(camera.key, number), camera, episode)
        if fault is not None:
            yield fault
