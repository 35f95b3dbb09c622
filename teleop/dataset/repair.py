"""Finishes what a crash left unfinished and sets aside what can't be read; deletes no episode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import PART, locked
from drive2walk.teleop.dataset.files.episode_file import read_episode, read_index
from drive2walk.teleop.dataset.index import write_summary, write_tasks
from drive2walk.teleop.dataset.layout import BROKEN, PUBLISHER_LOCK, RECORDER_LOCK, Layout
from drive2walk.teleop.dataset.publish import Render, publish_waiting, saved_tasks
from drive2walk.teleop.dataset.validate import published_faults


@dataclass(frozen=True)
class Repair:
    """What was done.

    Attributes:
        set_aside: files that can't be read, now in the folder ``broken``.
        published: episodes whose videos and index were made.
    """

    set_aside: list[Path]
    published: list[int]


def repair(root: Path, render: Render) -> Repair:
    """Make again what can be made from the saved frames: videos, index, statistics, info.json.

    Args:
        root: the dataset's folder.
        render: makes the images of the videos.

    Raises:
        DataError: there is no dataset, a recording is writing to it, or it can't be written.
        RenderError: videos are missing and this machine can't render.
    """
    if not Layout(root).saved():
        raise DataError(
            f"'{root}' holds no episodes. Give a dataset that drive2walk teleop record wrote."
        )
    here = Layout(root)
    recording = f"a recording writes to '{root}'. End it, then repair."
    publishing = f"another process makes the videos of '{root}'. Wait for it and run again."
    with locked(root / RECORDER_LOCK, recording), locked(root / PUBLISHER_LOCK, publishing):
        for part in root.rglob(f"*{PART}"):
            part.unlink()
        set_aside = _set_aside(here)
        if not here.saved():
            raise DataError(f"no episode of '{root}' can be read; they lie in '{root / BROKEN}'.")
        _forget_faulty(here)
        published = publish_waiting(here, render)
        write_tasks(here.tasks, saved_tasks(here))
        write_summary(root)
    return Repair(set_aside, published)


def _set_aside(here: Layout) -> list[Path]:
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


def _forget_faulty(here: Layout) -> None:
    """Drop the row of every episode that isn't as its frames say, so that it is made again."""
    saved = set(here.saved())
    for number in here.indexed():
        if number not in saved:
            here.index(number).unlink()
            continue
        path = here.data(number)
        first = int(read_index(path)["index"][0, 0])
        if any(published_faults(here, number, read_episode(path), first)):
            here.index(number).unlink()
