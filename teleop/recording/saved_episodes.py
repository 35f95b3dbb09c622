"""The episodes that a dataset contains before a recording adds to it."""

from __future__ import annotations

import dataclasses
import shlex

from drive2walk.experiment.errors import DataError
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.console.status import EpisodeRow
from drive2walk.teleop.dataset.files.episode import RecordingSetup
from drive2walk.teleop.dataset.files.episode_file import read_header
from drive2walk.teleop.dataset.layout import DatasetLayout


@dataclasses.dataclass
class SavedEpisodes:
    """What a recorder must know of the saved episodes to add another one.

    Attributes:
        count: Number of episodes.
        frames: Number of frames of all episodes.
        tasks: Index of each task.
        sizes: Number of values of each feature; empty before the first episode.
    """

    count: int = 0
    frames: int = 0
    tasks: dict[str, int] = dataclasses.field(default_factory=dict)
    sizes: dict[str, int] = dataclasses.field(default_factory=dict)

    def add(self, task: str, task_index: int, length: int) -> None:
        """Count one more episode of ``length`` frames."""
        self.count += 1
        self.frames += length
        self.tasks[task] = task_index

    def get_task_index(self, task: str) -> int:
        """Return the index of a task; a new task gets the next one."""
        return self.tasks.get(task, len(self.tasks))


def read_saved_episodes(here: DatasetLayout, setup: RecordingSetup) -> SavedEpisodes:
    """Return the saved episodes, after a check that episodes of ``setup`` can be added.

    Raises:
        DataError: An episode is missing or can't be read, or was recorded with another setup.
    """
    numbers = here.saved()
    _check_complete(here, numbers)
    saved = SavedEpisodes()
    for number in numbers:
        header = read_header(here.data(number))
        difference = header.episode.setup.find_difference(setup)
        if difference is not None:
            raise DataError(
                f"'{here.root}' was recorded with {difference}. "
                "Give the same task and settings, or another folder."
            )
        saved.add(header.episode.task, header.task_index, header.length)
        saved.sizes = header.sizes()
    return saved


def find_next_seed(here: DatasetLayout) -> int:
    """Return the seed after the highest recorded one, 0 for a new dataset.

    Raises:
        DataError: An episode can't be read.
    """
    headers = [read_header(here.data(number)) for number in here.saved()]
    return 1 + max((int(header.episode.scene["seed"]) for header in headers), default=-1)


def list_episode_rows(here: DatasetLayout) -> list[EpisodeRow]:
    """Return the console's row of each saved episode, oldest first.

    Raises:
        DataError: An episode can't be read.
    """
    return [read_episode_row(here, number) for number in here.saved()]


def read_episode_row(here: DatasetLayout, number: int) -> EpisodeRow:
    """Return the console's row of a saved episode; whether it was a success isn't known.

    Raises:
        DataError: The episode can't be read.
    """
    return EpisodeRow(number, read_header(here.data(number)).length * CONTROL_DT_S)


def _check_complete(here: DatasetLayout, numbers: list[int]) -> None:
    if numbers != list(range(len(numbers))):
        raise DataError(
            f"'{here.root}' lacks an episode before the last. "
            "Close the gap with drive2walk teleop merge, or give another folder."
        )
    lost = set(here.indexed()) - set(numbers)
    if lost:
        command = shlex.join(["drive2walk", "teleop", "repair", str(here.root)])
        raise DataError(
            f"'{here.root}' lacks the frames of episode {min(lost)}, which its index names. "
            f"Run {command}."
        )
