"""Records demonstrations: frames in memory while the robot moves, an episode on disk when saved.

Saved files are never changed, so a crash costs at most the episode in progress. Videos are made
later from the simulator's states (``teleop/dataset/publish.py``), so slow rendering drops no frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import locked
from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup
from drive2walk.teleop.dataset.files.episode_file import write_episode
from drive2walk.teleop.dataset.layout import RECORDER_LOCK, DatasetLayout
from drive2walk.teleop.recording.episode_builder import EpisodeBuilder
from drive2walk.teleop.recording.saved_episodes import read_saved_episodes

# Features without which an episode can't be replayed.
NEEDED = ("sim.qpos", "sim.qvel", "sim.ctrl")


class Recorder(EpisodeBuilder):
    """Adds episodes to the dataset in ``root``; only one recorder may, at a time.

    Args:
        root: Folder of the dataset; a new one is made.
        setup: Robot, rate, cameras and names of values.

    Raises:
        DataError: Another recording writes there, the dataset was begun with another setup, an
            episode is missing or can't be read, or the folder can't be written.
    """

    def __init__(self, root: Path, setup: RecordingSetup) -> None:
        super().__init__(setup)
        self.root = root
        self._layout = DatasetLayout(root)
        self._lock = ExitStack()
        busy = f"another recording writes to '{root}'. End it, or give another folder."
        self._lock.enter_context(locked(root / RECORDER_LOCK, busy))
        try:
            self._saved = read_saved_episodes(self._layout, setup)
        except DataError:
            self.close()
            raise

    @property
    def episodes(self) -> int:
        """Number of episodes on disk."""
        return self._saved.count

    def add(self, frame: Mapping[str, NDArray[Any]]) -> None:
        """Add one control step to the episode in progress.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The frame has other features than the dataset.
        """
        super().add(frame)
        try:
            self._check_sizes({name: np.size(values) for name, values in frame.items()})
        except DataError:
            self._frames.pop()
            raise

    def save(self) -> int:
        """Write the episode in progress to disk and return its index; no crash can lose it then.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The episode has no frames, or can't be written. It stays in progress, so
                that it can be saved again.
        """
        number = self.write(self.build())
        self.discard()
        return number

    def write(self, episode: Episode) -> int:
        """Write an episode to disk and return its index; after that, no crash can lose it.

        Raises:
            DataError: The episode has other features than the dataset, or can't be written.
        """
        self._check_sizes({name: values.shape[1] for name, values in episode.columns.items()})
        saved = self._saved
        number, task_index = saved.count, saved.get_task_index(episode.task)
        write_episode(self._layout.data(number), episode, number, saved.frames, task_index)
        saved.add(episode.task, task_index, episode.length)
        return number

    def close(self) -> None:
        """Release the dataset and drop an episode in progress. May be called twice."""
        self._lock.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_sizes(self, sizes: dict[str, int]) -> None:
        """Check the features of a frame; those of the first one become those of the dataset."""
        if sizes == self._saved.sizes:
            return
        missing = [name for name in NEEDED if name not in sizes]
        if missing:
            raise DataError(f"a frame lacks '{missing[0]}', which replay needs. Add it.")
        if self._saved.sizes:
            raise DataError(
                f"'{self.root}' holds {self._saved.sizes} values a frame, not {sizes}. "
                "Give another folder for another kind of frame."
            )
        self._saved.sizes = sizes
