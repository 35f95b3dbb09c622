"""``drive2walk teleop info``, ``validate``, ``repair``, ``replay``, ``merge`` and ``render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drive2walk.teleop.dataset.publish import Render


def info(dataset: Path, /) -> None:
    """Show the contents of a dataset.

    Prints episodes, tasks, features, cameras and size.

    Args:
        dataset: Folder of the dataset.
    """
    from rich import print_json

    from drive2walk.teleop.dataset.reader import DatasetReader

    print_json(data=DatasetReader(dataset).summary())


def validate(dataset: Path, /) -> None:
    """Check every file, frame and video of a dataset.

    Exits with 2 and names what is wrong.

    Args:
        dataset: Folder of the dataset.
    """
    from drive2walk.experiment.errors import DataError
    from drive2walk.teleop.dataset.validate import validate as validate_dataset

    found = validate_dataset(dataset)
    if found.findings:
        listed = "\n".join(f"  {line}" for line in found.findings)
        raise DataError(f"{len(found.findings)} findings in '{dataset}':\n{listed}")
    print(f"{found.episodes} episodes are whole")
    if found.waiting:
        print(
            f"{len(found.waiting)} of them have no videos yet, and LeRobot doesn't see them. "
            f"Run: drive2walk teleop repair {dataset}"
        )


def repair(dataset: Path, /, *, workers: int = 1) -> None:
    """Finish a recording that was interrupted.

    Makes the missing videos, index and statistics, and sets broken files aside.

    Args:
        dataset: Folder of the dataset.
        workers: Number of processes.
    """
    from drive2walk.teleop.dataset.layout import DatasetLayout
    from drive2walk.teleop.dataset.repair import repair as repair_dataset

    done = repair_dataset(dataset, _renderer(), workers)
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
    """Simulate episodes again and compare them with the recording.

    Each episode starts from its first state. Exits with 2 if one of them differs by a bit.

    Args:
        dataset: Folder of the dataset.
        episode: Index of one episode; without it, all episodes.
    """
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.experiment.errors import DataError
    from drive2walk.teleop.dataset.reader import DatasetReader
    from drive2walk.teleop.recording.replay import replay as replay_episode

    recorded = DatasetReader(dataset)
    different = []
    for number in recorded.episodes if episode is None else [episode]:
        again = replay_episode(recorded.episode(number), build_task)
        print(f"episode {number}: {again.text()}")
        if again.difference is not None:
            different.append(number)
    if different:
        raise DataError(f"{len(different)} episodes differ when they are replayed: {different}.")


def merge(datasets: list[Path], /, *, out: Path) -> None:
    """Join datasets of one task and robot into a new one.

    Closes gaps between episodes.

    Args:
        datasets: Folders of the datasets, in the order of the episodes.
        out: Folder of the new dataset.
    """
    from drive2walk.teleop.dataset.merge import merge as merge_datasets

    print(f"{merge_datasets(datasets, out, _renderer())} episodes in {out}")


def render(dataset: Path, /, *, episode: int, out: Path, camera: str = "head") -> None:
    """Render depth and segmentation of a recorded episode.

    Args:
        dataset: Folder of the dataset.
        episode: Index of the episode.
        out: Folder for depth/ (millimetres), segmentation/ and geoms.json.
        camera: Name of one of the dataset's cameras.
    """
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.dataset.reader import DatasetReader, find_camera
    from drive2walk.teleop.rendering.depth_images import write_depth_images

    recorded = DatasetReader(dataset).episode(episode)
    count = write_depth_images(recorded, find_camera(recorded, camera), out, build_task)
    print(f"{count} frames in {out}")


def _renderer() -> Render:
    from drive2walk.envs.tasks.registry import build_task
    from drive2walk.teleop.rendering.episode_images import EpisodeRenderer

    return EpisodeRenderer(build_task).rgb
