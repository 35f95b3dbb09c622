"""Collects the frames of an episode in memory while the robot moves."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.episode import Episode, RecordingSetup, Segment
from drive2walk.teleop.recording.fingerprint import compute_fingerprint


class EpisodeBuilder(abc.ABC):
    """Builds one episode after the other from frames.

    A frame maps a feature to its vector: ``observation.state`` and ``action``, which policies
    learn from; ``operator.base``, ``operator.left`` and ``operator.right``, the raw input;
    ``goal.left`` and ``goal.right``, the poses that the hands shall take; ``intervention`` and
    ``success``; and ``sim.qpos``, ``sim.qvel`` before the control step and ``sim.ctrl`` during it,
    stored exactly.

    Args:
        setup: Robot, rate, cameras and names of values.
    """

    def __init__(self, setup: RecordingSetup) -> None:
        self.setup = setup
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
        """
        if not self.recording:
            raise RuntimeError("no episode is in progress; begin one first")
        self._frames.append({name: np.array(values).ravel() for name, values in frame.items()})

    def build(self) -> Episode:
        """Return the episode in progress, which stays in progress.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The episode has no frames.
        """
        if self._origin is None:
            raise RuntimeError("no episode is in progress; begin one first")
        if not self._frames:
            raise DataError("the episode has no frames. Record some, or discard it.")
        features = self._frames[0]
        return Episode(
            setup=self.setup,
            segments=tuple(s for s in self._segments if s.start < self.length),
            columns={name: np.stack([frame[name] for frame in self._frames]) for name in features},
            mujoco_version=mujoco.mj_versionString(),
            **self._origin,
        )

    @abc.abstractmethod
    def save(self) -> int:
        """Keep the episode in progress, and return its number.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The episode has no frames, or can't be written. It stays in progress, so
                that it can be saved again.
        """

    def discard(self) -> None:
        """Drop the episode in progress, if there is one."""
        self._origin = None
        self._frames = []
        self._segments = []


class EpisodeCollector(EpisodeBuilder):
    """Keeps saved episodes in memory, for another process that writes them.

    Attributes:
        episodes: Saved episodes, oldest first.
    """

    def __init__(self, setup: RecordingSetup) -> None:
        super().__init__(setup)
        self.episodes: list[Episode] = []

    def save(self) -> int:
        """Keep the episode in progress, and return its place in ``episodes``.

        Raises:
            RuntimeError: No episode is in progress.
            DataError: The episode has no frames.
        """
        self.episodes.append(self.build())
        self.discard()
        return len(self.episodes) - 1
