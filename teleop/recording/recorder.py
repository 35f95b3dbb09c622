"""Records demonstrations: frames in memory while the robot moves, an episode on disk when saved.

Saved files are never changed, so a crash costs at most the episode in progress. Videos are made
later from the simulator's states (``teleop/dataset/publish.py``), so slow rendering drops no frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import locked
from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup, Segment
from drive2walk.teleop.dataset.files.episode_file import write_episode
from drive2walk.teleop.dataset.layout import RECORDER_LOCK, DatasetLayout
from drive2walk.teleop.recording.fingerprint import compute_fingerprint
from drive2walk.teleop.recording.saved_episodes import read_saved_episodes

# Features without which an episode can't be replayed.
NEEDED = ("sim.qpos", "sim.qvel", "sim.ctrl")


class Recorder:
    """Adds episodes to the dataset in ``root``; only one recorder may, at a time.

    A frame maps a feature to its vector: ``observation.state`` and ``action``, which policies
    learn from; ``operator.base``, ``operator.left`` and ``operator.right``, the raw input;
    ``goal.left`` and ``goal.right``, the poses that the hands shall take; ``intervention`` and
    ``success``; and ``sim.qpos``, ``sim.qvel`` before the control step and ``sim.ctrl`` during it,
    stored exactly.

    Args:
        root: Folder of the dataset; a new one is made.
        setup: Robot, rate, cameras and names of values.

    Raises:
        DataError: Another recording writes there, the dataset was begun with another setup, an
            episode is missing or can't be read, or the folder can't be written.
    """

    def __init__(self, root: Path, setup: RecordingSetup) -> None:
        self.root = root
        self.setup = setup
        self._layout = DatasetLayout(root)
        self._lock = ExitStack()
        busy = f"another recording writes to '{root}'. End it, or give another folder."
        self._lock.enter_context(locked(root / RECORDER_LOCK, busy))
        try:
            self._saved = read_saved_episodes(self._layout, setup)
        except DataError:
            self.close()
            raise
        self._origin: dict[str, Any] | None = None
        self._frames: list[dict[str, NDArray[Any]]] = []
        self._segments: list[Segment] = []

    @property
    def recording(self) -> bool:
        """Whether an episode is in progress: begun, and neither saved nor discarded."""
        return self._origin is not None

    @property
    def length(self) -> int:
        """Number of frames of the episode in progress."""
        return len(self._frames)

    @property
    def episodes(self) -> int:
        """Number of episodes on disk."""
        return self._saved.count

    def begin(
        self,
        task: str,
        scene: dict[str, Any],
        state: NDArray[np.float64],
        model: mujoco.MjModel,
    ) -> None:
        """Begin an episode.

        Args:
            task: Task in words.
            scene: Description from which the world is rebuilt; JSON.
            state: MuJoCo's integration state before the first frame's control step, (n,).
            model: Compiled world, whose fingerprint is stored.

        Raises:
            RuntimeError: An episode is in progress.
        """
        if self.recording:
            raise RuntimeError("an episode is in progress; save or discard it first")
        self._origin = {"task": task, "scene": scene, "fingerprint": compute_fingerprint(model)}
        self._frames = []
        self._segments = [Segment(0, np.array(state, dtype=np.float64))]

    def resume(self, state: NDArray[np.float64]) -> None:
        """Go on after a pause in which the world moved unrecorded.

        Args:
            state: MuJoCo's integration state before the next frame's control step, (n,).
        """
        if self._segments and self._segments[-1].start == self.length:
            self._segments.pop()
        self._segments.append(Segment(self.length, np.array(state, dtype=np.float64)))

    def add(self, frame: Mapping[str, NDArray[Any]]) -> None:
        """Add one control step to the episode in progress.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The frame has other features than the dataset.
        """
        if not self.recording:
            raise RuntimeError("no episode is in progress; begin one first")
        sizes = {name: np.size(values) for name, values in frame.items()}
        if sizes != self._saved.sizes:
            self._accept_sizes(sizes)
        self._frames.append({name: np.array(values).ravel() for name, values in frame.items()})

    def save(self) -> int:
        """Write the episode to disk and return its index; after that, no crash can lose it.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The episode has no frames, or can't be written. It stays in progress, so
                that it can be saved again.
        """
        if self._origin is None:
            raise RuntimeError("no episode is in progress; begin one first")
        if not self._frames:
            raise DataError("the episode has no frames. Record some, or discard it.")
        saved = self._saved
        columns = {name: np.stack([frame[name] for frame in self._frames]) for name in saved.sizes}
        episode = Episode(
            setup=self.setup,
            segments=tuple(s for s in self._segments if s.start < self.length),
            columns=columns,
            mujoco_version=mujoco.mj_versionString(),
            **self._origin,
        )
        number, task_index = saved.count, saved.get_task_index(episode.task)
        write_episode(self._layout.data(number), episode, number, saved.frames, task_index)
        saved.add(episode.task, task_index, episode.length)
        self.discard()
        return number

    def discard(self) -> None:
        """Drop the episode in progress, if there is one."""
        self._origin = None
        self._frames = []
        self._segments = []

    def close(self) -> None:
        """Release the dataset and drop an episode in progress. May be called twice."""
        self._lock.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept_sizes(self, sizes: dict[str, int]) -> None:
        """Take the features of the first frame as those of the dataset."""
        missing = [name for name in NEEDED if name not in sizes]
        if missing:
            raise DataError(f"a frame lacks '{missing[0]}', which replay needs. Add it.")
        if self._saved.sizes:
            raise DataError(
                f"'{self.root}' holds {self._saved.sizes} values a frame, not {sizes}. "
                "Give another folder for another kind of frame."
            )
        self._saved.sizes = sizes
