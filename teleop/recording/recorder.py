"""Records demonstrations: frames in memory while the robot moves, an episode on disk when saved.

Nothing of what was saved is touched again, so that a crash costs at most the episode in progress.
Videos are made afterwards from the simulator's states (``teleop/dataset/publish.py``), so that slow
rendering drops no frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import locked
from drive2walk.teleop.dataset.files.episode import Episode, Segment, Setup
from drive2walk.teleop.dataset.files.episode_file import read_header, write_episode
from drive2walk.teleop.dataset.layout import RECORDER_LOCK, Layout

# What replay can't do without.
NEEDED = ("sim.qpos", "sim.qvel", "sim.ctrl")


class Recorder:
    """Adds episodes to the dataset in ``root``; one at a time may.

    A frame maps a feature to its vector: ``observation.state`` and ``action``, which policies
    learn from; ``operator.base``, ``operator.left`` and ``operator.right``, the raw input; and
    ``sim.qpos``, ``sim.qvel`` before the control step and ``sim.ctrl`` during it, kept exactly.

    Args:
        root: the dataset's folder; it is made, or added to.
        setup: robot, rate, cameras and names of values.

    Raises:
        DataError: another recording writes there, the dataset was begun with another setup, an
            episode is missing or can't be read, or the folder can't be written.
    """

    def __init__(self, root: Path, setup: Setup) -> None:
        self.root = root
        self.setup = setup
        self._layout = Layout(root)
        self._held = ExitStack()
        busy = f"another recording writes to '{root}'. End it, or give another folder."
        self._held.enter_context(locked(root / RECORDER_LOCK, busy))
        try:
            self._read_saved()
        except DataError:
            self.close()
            raise
        self._origin: dict[str, Any] | None = None
        self._frames: list[dict[str, NDArray[Any]]] = []
        self._segments: list[Segment] = []

    @property
    def recording(self) -> bool:
        """Whether an episode was begun and is neither saved nor discarded."""
        return self._origin is not None

    @property
    def length(self) -> int:
        """The number of frames of the episode in progress."""
        return len(self._frames)

    @property
    def episodes(self) -> int:
        """The number of episodes on disk."""
        return self._episodes

    def begin(
        self,
        task: str,
        scene: dict[str, Any],
        state: NDArray[np.float64],
        model: mujoco.MjModel,
    ) -> None:
        """Begin an episode.

        Args:
            task: what is asked for, in words.
            scene: what the world is rebuilt from; JSON.
            state: MuJoCo's integration state before the first frame's control step.
            model: the compiled world, whose fingerprint is kept.

        Raises:
            RuntimeError: an episode is in progress.
        """
        if self.recording:
            raise RuntimeError("an episode is in progress; save or discard it first")
        self._origin = {"task": task, "scene": scene, "fingerprint": fingerprint(model)}
        self._frames = []
        self._segments = [Segment(0, np.array(state, dtype=np.float64))]

    def resume(self, state: NDArray[np.float64]) -> None:
        """Go on after a pause, in which the world moved unrecorded.

        Args:
            state: MuJoCo's integration state before the next frame's control step.
        """
        if self._segments and self._segments[-1].start == self.length:
            self._segments.pop()
        self._segments.append(Segment(self.length, np.array(state, dtype=np.float64)))

    def add(self, frame: Mapping[str, NDArray[Any]]) -> None:
        """Add one control step to the episode in progress.

        Raises:
            RuntimeError: there is no episode in progress.
            DataError: the frame's features aren't those of the dataset.
        """
        if not self.recording:
            raise RuntimeError("no episode is in progress; begin one first")
        sizes = {name: np.size(values) for name, values in frame.items()}
        if sizes != self._sizes:
            self._accept(sizes)
        self._frames.append({name: np.array(values).ravel() for name, values in frame.items()})

    def save(self) -> int:
        """Put the episode on disk and return its index; when this returns, no crash can take it.

        Raises:
            RuntimeError: there is no episode in progress.
            DataError: it has no frames, or can't be written; it is kept, to be saved again.
        """
        if self._origin is None:
            raise RuntimeError("no episode is in progress; begin one first")
        if not self._frames:
            raise DataError("the episode has no frames. Record some, or discard it.")
        columns = {name: np.stack([frame[name] for frame in self._frames]) for name in self._sizes}
        episode = Episode(
            setup=self.setup,
            segments=tuple(s for s in self._segments if s.start < self.length),
            columns=columns,
            mujoco_version=mujoco.mj_versionString(),
            **self._origin,
        )
        number, task = self._episodes, episode.task
        task_index = self._tasks.get(task, len(self._tasks))
        write_episode(self._layout.data(number), episode, number, self._total, task_index)
        self._tasks[task] = task_index
        self._episodes += 1
        self._total += episode.length
        self.discard()
        return number

    def discard(self) -> None:
        """Forget the episode in progress, if there is one."""
        self._origin = None
        self._frames = []
        self._segments = []

    def close(self) -> None:
        """Let others record here; an episode in progress is forgotten. Safe to call twice."""
        self._held.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_saved(self) -> None:
        """Take over what was recorded before: episodes, frames, tasks, features."""
        saved = self._layout.saved()
        self._episodes, self._total = len(saved), 0
        self._tasks: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        if saved != list(range(len(saved))):
            raise DataError(
                f"'{self.root}' lacks an episode before the last. "
                "Close the gap with drive2walk teleop merge, or give another folder."
            )
        lost = set(self._layout.indexed()) - set(saved)
        if lost:
            raise DataError(
                f"'{self.root}' lacks the frames of episode {min(lost)}, which its index names. "
                f"Run drive2walk teleop repair {self.root}."
            )
        for number in saved:
            header = read_header(self._layout.data(number))
            self._total += header.length
            self._tasks[header.episode.task] = header.task_index
            self._sizes = header.sizes()
            difference = header.episode.setup.difference(self.setup)
            if difference is not None:
                raise DataError(
                    f"'{self.root}' was recorded with {difference}. "
                    "Give the same task and settings, or another folder."
                )

    def _accept(self, sizes: dict[str, int]) -> None:
        """Take the first frame's features as the dataset's."""
        lacking = [name for name in NEEDED if name not in sizes]
        if lacking:
            raise DataError(f"a frame lacks '{lacking[0]}', which replay needs. Add it.")
        if self._sizes:
            raise DataError(
                f"'{self.root}' holds {self._sizes} values a frame, not {sizes}. "
                "Give another folder for another kind of frame."
            )
        self._sizes = sizes


def fingerprint(model: mujoco.MjModel) -> str:
    """Return a hash of everything the physics of a compiled world depends on."""
    physics = copy(model)
    # Cameras set these for themselves.
    physics.vis.global_.offwidth = physics.vis.global_.offheight = 0
    physics.vis.quality.offsamples = physics.vis.quality.shadowsize = 0
    buffer = np.empty(mujoco.mj_sizeModel(physics), dtype=np.uint8)
    mujoco.mj_saveModel(physics, None, buffer)
    return hashlib.sha256(buffer.tobytes()).hexdigest()[:16]
