"""Validates a dataset: lists its faults, and the episodes that readers don't see yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.episode_checks import (
    find_header_faults,
    find_numbering_faults,
    find_published_faults,
    find_value_faults,
)
from drive2walk.teleop.dataset.files.episode_file import (
    EpisodeHeader,
    read_episode,
    read_header,
    read_index,
)
from drive2walk.teleop.dataset.index import read_row, read_tasks
from drive2walk.teleop.dataset.info import build_info, read_info
from drive2walk.teleop.dataset.layout import DatasetLayout
from drive2walk.teleop.dataset.publish import find_unseen


@dataclass(frozen=True)
class ValidationReport:
    """The result of a validation.

    Attributes:
        episodes: Number of validated episodes.
        findings: One line for each fault.
        waiting: Episodes that are saved completely but that LeRobot's readers don't see yet.
    """

    episodes: int
    findings: list[str]
    waiting: list[int]


def validate(root: Path) -> ValidationReport:
    """Read all of a dataset and check that it is consistent.

    The checks cover the frames with their numbering and values; the index, tasks, statistics and
    info.json; and every frame of every video.

    Raises:
        DataError: There are no episodes.
    """
    here = DatasetLayout(root)
    saved = here.require_saved()
    findings = [f"episode {n} is missing" for n in range(saved[-1]) if n not in set(saved)]
    headers: dict[int, EpisodeHeader] = {}
    first, indexed = 0, set(here.indexed())
    for number in saved:
        path = here.data(number)
        try:
            header, episode, index = read_header(path), read_episode(path), read_index(path)
        except DataError as error:
            findings.append(str(error))
            continue
        headers[number] = header
        faults = [*find_header_faults(header, next(iter(headers.values())))]
        faults += find_numbering_faults(index, header, number, first)
        faults += find_value_faults(episode)
        if number in indexed:
            faults += find_published_faults(here, number, episode, first)
        findings += [f"episode {number}: {fault}" for fault in faults]
        first += header.length
    findings += _find_summary_faults(here, headers)
    return ValidationReport(len(saved), findings, find_unseen(root))


def _find_summary_faults(here: DatasetLayout, headers: dict[int, EpisodeHeader]) -> Iterator[str]:
    """Yield the faults of info.json, stats.json and the tasks."""
    numbers = here.indexed()
    lost = [number for number in numbers if number not in headers]
    if lost:
        yield f"episode {lost[0]} is in the index, its frames are not there"
    if lost or not numbers or find_unseen(here.root):
        return
    try:
        rows = [read_row(here.index(number)) for number in numbers]
        expected, info = build_info(headers[numbers[-1]], rows), read_info(here.root)
        tasks = read_tasks(here.tasks)
        stats = set(json.loads(here.stats.read_text(encoding="utf-8")))
    except (DataError, OSError, ValueError) as error:
        yield str(error)
        return
    for name, value in expected.items():
        if info.get(name) != value:
            yield f"info.json has {name} {info.get(name)}, not {value}"
    missing = set(expected["features"]) - stats
    if missing:
        yield f"stats.json lacks {', '.join(sorted(missing))}"
    for number in numbers:
        task, task_index = headers[number].episode.task, headers[number].task_index
        if tasks.get(task) != task_index:
            yield f"tasks.parquet lacks the task of episode {number}, '{task}'"
