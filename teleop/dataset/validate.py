"""Says what is wrong with a dataset, file by file, and what only waits to be made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode
from drive2walk.teleop.dataset.files.episode_file import (
    Header,
    read_episode,
    read_header,
    read_index,
)
from drive2walk.teleop.dataset.files.videos import video_fault
from drive2walk.teleop.dataset.index import info_of, read_info, read_row, read_tasks
from drive2walk.teleop.dataset.layout import Layout, place
from drive2walk.teleop.dataset.publish import unseen

# Raw input may say nothing (not a number); what policies learn from must be numbers.
FINITE = ("observation.state", "action", "sim.qpos", "sim.qvel", "sim.ctrl")


@dataclass(frozen=True)
class Validation:
    """What was found.

    Attributes:
        episodes: that were looked at.
        findings: a line for each thing that is wrong.
        waiting: episodes that are saved whole, and that LeRobot's readers don't see yet.
    """

    episodes: int
    findings: list[str]
    waiting: list[int]


def validate(root: Path) -> Validation:
    """Read all of a dataset and check it against itself.

    Frames, their numbering and values; index, tasks, statistics and info.json; every frame of
    every video.

    Raises:
        DataError: there is nothing to validate.
    """
    here = Layout(root)
    saved = here.saved()
    if not saved:
        raise DataError(
            f"'{root}' holds no episodes. Give a dataset that drive2walk teleop record wrote."
        )
    findings = [f"episode {n} is missing" for n in range(saved[-1]) if n not in set(saved)]
    headers: dict[int, Header] = {}
    first, indexed = 0, set(here.indexed())
    for number in saved:
        path = here.data(number)
        try:
            header, episode, index = read_header(path), read_episode(path), read_index(path)
        except DataError as error:
            findings.append(str(error))
            continue
        headers[number] = header
        faults = [*_odd_header(header, next(iter(headers.values())))]
        faults += [*_misnumbered(index, header, number, first), *_values(episode)]
        if number in indexed:
            faults += published_faults(here, number, episode, first)
        findings += [f"episode {number}: {fault}" for fault in faults]
        first += header.length
    findings += _summary(here, headers)
    return Validation(len(saved), findings, unseen(root))


def _odd_header(header: Header, shared: Header) -> Iterator[str]:
    difference = header.episode.setup.difference(shared.episode.setup)
    if difference is not None:
        yield f"was recorded with {difference}, as the first was"
    if header.sizes() != shared.sizes():
        yield f"holds {header.sizes()} values a frame, the first {shared.sizes()}"


def _misnumbered(
    index: dict[str, NDArray[Any]], header: Header, number: int, first: int
) -> Iterator[str]:
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


def _values(episode: Episode) -> Iterator[str]:
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


def published_faults(here: Layout, number: int, episode: Episode, first: int) -> Iterator[str]:
    """Yield what is wrong with an episode's row of the index, and with its videos.

    Args:
        here: the dataset's paths.
        number: the episode's index.
        episode: with its frames.
        first: index of its first frame in the dataset.
    """
    setup = episode.setup
    try:
        row = read_row(here.index(number))
    except DataError as error:
        yield str(error)
        return
    expected: dict[str, Any] = {
        "episode_index": number,
        "tasks": [episode.task],
        "length": episode.length,
        "dataset_from_index": first,
        "dataset_to_index": first + episode.length,
    }
    kinds = ["data", "meta/episodes", *(f"videos/{camera.key}" for camera in setup.cameras)]
    for kind in kinds:
        expected |= {f"{kind}/{name}": value for name, value in place(number).items()}
    for name, value in expected.items():
        if row.get(name) != value:
            yield f"the index has {name} {row.get(name)}, not {value}"
    for camera in setup.cameras:
        video = here.video(camera.key, number)
        fault = video_fault(video, camera, episode)
        if fault is not None:
            yield fault


def _summary(here: Layout, headers: dict[int, Header]) -> Iterator[str]:
    """Yield what is wrong with info.json, stats.json and the tasks."""
    numbers = here.indexed()
    lost = [number for number in numbers if number not in headers]
    if lost:
        yield f"episode {lost[0]} is in the index, its frames are not there"
    if lost or not numbers or unseen(here.root):
        return
    try:
        rows = [read_row(here.index(number)) for number in numbers]
        expected, info = info_of(headers[numbers[-1]], rows), read_info(here.root)
        tasks = read_tasks(here.tasks)
        stats = set(json.loads(here.stats.read_text(encoding="utf-8")))
    except (DataError, OSError, ValueError) as error:
        yield str(error)
        return
    for name, value in expected.items():
        if info.get(name) != value:
            yield f"info.json has {name} {info.get(name)}, not {value}"
    lacking = set(expected["features"]) - stats
    if lacking:
        yield f"stats.json lacks {', '.join(sorted(lacking))}"
    for number in numbers:
        task, task_index = headers[number].episode.task, headers[number].task_index
        if tasks.get(task) != task_index:
            yield f"tasks.parquet lacks the task of episode {number}, '{task}'"
