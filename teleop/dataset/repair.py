"""Repairs a dataset after a crash: finishes what is incomplete and deletes no episode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.episode_checks import find_published_faults
from drive2walk.teleop.dataset.files.durable import PART, locked
from drive2walk.teleop.dataset.files.episode_file import read_episode, read_index
from drive2walk.teleop.dataset.index import write_summary, write_tasks
from drive2walk.teleop.dataset.layout import (
    BROKEN,
    PUBLISHER_LOCK,
    RECORDER_LOCK,
    DatasetLayout,
)
from drive2walk.teleop.dataset.publish import Render, publish_waiting, read_saved_tasks


@dataclass(frozen=True)
class RepairReport:
    """The result of a repair.

    Attributes:
        set_aside: Files that can't be read, now in the folder ``broken``.
        published: Episodes whose videos and index were made.
    """

    set_aside: list[Path]
    published: list[int]


def repair(root: Path, render: Render, workers: int = 1) -> RepairReport:
    """Make again everything that can be made from the saved frames.

    These are videos, index, statistics and info.json.

    Args:
        root: Folder of the dataset.
        render: Renders the images of the videos. For several processes it must be picklable.
        workers: Number of processes.

    Raises:
        DataError: There are no episodes, a recording is writing to the dataset, or it can't be
            written.
        RenderError: Videos are missing and this machine can't render.
    """
    here = DatasetLayout(root)
    here.require_saved()
    recording = f"a recording writes to '{root}'. End it, then repair."
    publishing = f"another process makes the videos of '{root}'. Wait for it and run again."
    with locked(root / RECORDER_LOCK, recording), locked(root / PUBLISHER_LOCK, publishing):
        for part in root.rglob(f"*{PART}"):
            part.unlink()
        set_aside = _set_unreadable_aside(here)
        if not here.saved():
            raise DataError(
                f"no episode of '{root}' can be read. They are in '{root / BROKEN}' now."
            )
        _delete_faulty_rows(here)
        published = publish_waiting(here, render, workers)
        write_tasks(here.tasks, read_saved_tasks(here))
        write_summary(root)
    return RepairReport(set_aside, published)


def _set_unreadable_aside(here: DatasetLayout) -> list[Path]:
    """Move episodes that can't be read to the folder ``broken``, under the same path."""
    moved = []
    for number in here.saved():
        path = here.data(number)
        try:
            read_episode(path)
            read_index(path)
        except DataError:
            target = here.root / BROKEN / path.relative_to(here.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            while target.exists():
                target = target.with_name(f"{target.name}~")
            moved.append(path.replace(target))
    return moved


def _delete_faulty_rows(here: DatasetLayout) -> None:
    """Delete the row of every episode that differs from its frames, so that it is made again."""
    saved = set(here.saved())
    for number in here.indexed():
        if number not in saved:
            here.index(number).unlink()
            continue
        path = here.data(number)
        first = int(read_index(path)["index"][0, 0])
        if any(find_published_faults(here, number, read_episode(path), first)):
            here.index(number).unlink()
