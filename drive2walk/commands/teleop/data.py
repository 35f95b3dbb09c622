"""Commands about recorded demonstrations: info, validate, repair, replay, merge, render."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drive2walk.teleop.dataset.publish import Render


def info(dataset: Path, /) -> None:
    """Show what a dataset holds: episodes, tasks, features, cameras, size.

    Args:
        dataset: the dataset's folder.
    """
    from rich import print_json

    from drive2walk.teleop.dataset.reader import DatasetReader

    print_json(data=DatasetReader(dataset).summary())


def validate(dataset: Path, /) -> None:
    """Check every file, frame and video of a dataset; exits with 2 and names what is wrong.

    Args:
        dataset: the dataset's folder.
    """
    from drive2walk.experiment.errors import DataError
    from drive2walk.teleop.dataset.validate import validate

    found = validate(dataset)
    if found.findings:
        listed = "\n".join(f"  {line}" for line in found.findings)
        raise DataError(f"{len(found.findings)} findings in '{dataset}':\n{listed}")
    print(f"{found.episodes} episodes are whole")
    if found.waiting:
        print(
            f"{len(found.waiting)} of them have no videos yet, and LeRobot doesn't see them. "
            f"Run: drive2walk teleop repair {dataset}"
        )


def repair(dataset: Path, /) -> None:
    """Finish what a crash left unfinished: videos, index, statistics; sets broken files aside.

    Args:
        dataset: the dataset's folder.
    """
    from drive2walk.teleop.dataset.layout import DatasetLayout
    from drive2walk.teleop.dataset.repair import repair

    done = repair(dataset, _render())
    print(f"{len(done.published)} episodes got their videos and index")
    for path in done.set_aside:
        print(f"can't be read, set aside: {path}")
    saved = DatasetLayout(dataset).saved()
    if len(saved) <= saved[-1]:
        print(
            "LeRobot needs episodes without a gap. "
            f"Run: drive2walk teleop merge {dataset} --out NEW"
        )


def replay(dataset: Path, /, *, episode: int | None = None) -> None:
    """Simulate episodes again from their first state; exits with 2 where one differs by a bit.

    Args:
        dataset: the dataset's folder.
        episode: only this one; all without it.
    """
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.experiment.errors import DataError
    from drive2walk.teleop.dataset.reader import DatasetReader
    from drive2walk.teleop.recording.replay import replay

    recorded = DatasetReader(dataset)
    different = []
    for number in recorded.episodes if episode is None else [episode]:
        again = replay(recorded.episode(number), build_task)
        print(f"episode {number}: {again.text()}")
        if again.difference is not None:
            different.append(number)
    if different:
        raise DataError(f"{len(different)} episodes differ when they are replayed: {different}.")


def merge(datasets: list[Path], /, *, out: Path) -> None:
    """Join datasets that were recorded alike into a new one; closes gaps.

    Args:
        datasets: their folders, in the order of the episodes.
        out: a new folder.
    """
    from drive2walk.teleop.dataset.merge import merge

    print(f"{merge(datasets, out, _render())} episodes in {out}")


def render(dataset: Path, /, *, episode: int, out: Path, camera: str = "head") -> None:
    """Render depth and segmentation of a recorded episode, frame by frame.

    Args:
        dataset: the dataset's folder.
        episode: its index.
        out: folder for depth/ (millimetres), segmentation/ and geoms.json.
        camera: name of one of the dataset's cameras.
    """
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.dataset.reader import DatasetReader, find_camera
    from drive2walk.teleop.rendering.depth_images import write_depth_images

    recorded = DatasetReader(dataset).episode(episode)
    count = write_depth_images(recorded, find_camera(recorded, camera), out, build_task)
    print(f"{count} frames in {out}")


def _render() -> Render:
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.rendering.episode_images import EpisodeRenderer

    return EpisodeRenderer(build_task).rgb
