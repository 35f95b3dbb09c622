"""Samples: random moments of demonstrations as batches for training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.teleop.imitation.actions import Commands, encode_actions
from drive2walk.teleop.imitation.demonstrations.demonstration import ACTION_HZ, Demonstration
from drive2walk.teleop.imitation.demonstrations.feature_cache import CachedEpisode
from drive2walk.teleop.imitation.image_features import ImageFeatures
from drive2walk.teleop.imitation.memory import (
    BELIEF_SIZE,
    NUM_STAGES,
    Memory,
    find_closings,
)
from drive2walk.teleop.imitation.network import ArmInputs
from drive2walk.teleop.imitation.words import encode_words

# Number of moments back at which a policy also feels its body: 0.5 s.
LOOK_BACK = round(0.5 * ACTION_HZ)


@dataclasses.dataclass(frozen=True)
class Disturbance:
    """How much of what a policy is given is hidden or disturbed in training.

    Attributes:
        body_dropout: Probability that a sample hides what the robot feels.
        body_noise: Noise of what it feels, in standard deviations.
        belief_dropout: Probability that a sample hides stages and progress.
        progress_noise: Standard deviation of the error of the progress that is believed.
    """

    body_dropout: float = 0.4
    body_noise: float = 0.05
    belief_dropout: float = 0.3
    progress_noise: float = 0.08


class Batch(NamedTuple):
    """A batch of n samples.

    Attributes:
        inputs: Inputs of the network; what the robot feels is not yet scaled.
        actions: Actions, (n, chunk_size, ACTION_SIZE), not yet scaled.
        stages: Which stages are behind, (n, NUM_STAGES); nan is unknown.
        progress: Part of the task that is done, (n,).
        done: Whether the task is done, (n,) float.
        episodes: Index of the demonstration of each sample, (n,).
    """

    inputs: ArmInputs
    actions: Tensor
    stages: Tensor
    progress: Tensor
    done: Tensor
    episodes: Tensor


@dataclasses.dataclass(frozen=True)
class Track:
    """A demonstration with everything that its samples need.

    Attributes:
        cached: Images and features.
        body: What the robot felt, (T, body_size).
        actions: Actions of the chunk that begins at each moment, (T, chunk_size, ACTION_SIZE).
        closings: Moment of the last closing before each moment, -1 for none, (T,).
        counts: Counts of closings and openings before each moment, (T, 4), as a belief has them.
        stages: Which stages are behind, (T, NUM_STAGES); nan is unknown.
        done: Whether the task is done, (T,).
        words: Rows of the task's words, (MAX_WORDS,).
        usable: Moments to learn from.
    """

    cached: CachedEpisode
    body: NDArray[np.float32]
    actions: NDArray[np.float32]
    closings: NDArray[np.intp]
    counts: NDArray[np.float32]
    stages: NDArray[np.float32]
    done: NDArray[np.float32]
    words: NDArray[np.int64]
    usable: NDArray[np.intp]

    @classmethod
    def from_demonstration(
        cls, demonstration: Demonstration, cached: CachedEpisode, chunk_size: int
    ) -> Track:
        """Return the track of a cached demonstration."""
        grasps = demonstration.commands.grasps
        # A policy remembers what was commanded before the present moment.
        before = np.vstack([np.zeros((1, 2)), grasps[:-1]])
        return cls(
            cached,
            demonstration.body.astype(np.float32),
            encode_chunks(demonstration, chunk_size).astype(np.float32),
            np.concatenate([[-1], find_closings(grasps)[:-1]]).astype(np.intp),
            _count(before),
            cached.stages(),
            demonstration.done.astype(np.float32),
            encode_words(demonstration.episode.task),
            np.flatnonzero(demonstration.usable),
        )


class Samples:
    """Draws batches from demonstrations.

    Args:
        tracks: Demonstrations.
        eye: Fingerprint of the eye whose features are used.
        views: Number of views of every image.
        disturbance: Disturbance of the inputs.
    """

    def __init__(
        self, tracks: Sequence[Track], eye: str, views: int, disturbance: Disturbance
    ) -> None:
        self.tracks = tracks
        self._eye, self._views, self._disturbance = eye, views, disturbance
        self._shapes = [[t.cached.shapes(eye, v) for v in range(views)] for t in tracks]
        self._colours = [[t.cached.colours(v) for v in range(views)] for t in tracks]
        self.index = np.array([(e, t) for e, track in enumerate(tracks) for t in track.usable])

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """Return a batch of random samples.

        Args:
            size: Number of samples.
            rng: Source of random numbers.
        """
        return self.batch(self.index[rng.integers(len(self.index), size=size)], rng)

    def batch(self, moments: NDArray[np.intp], rng: np.random.Generator | None) -> Batch:
        """Return the samples of moments (n, 2): demonstration and moment.

        Args:
            moments: Index of the demonstration, and the moment in it.
            rng: Source of the disturbance; None disturbs nothing.
        """
        views = [0 if rng is None else int(rng.integers(self._views)) for _ in moments]
        tracks = [self.tracks[e] for e, _ in moments]
        last = [track.closings[t] for track, (_, t) in zip(tracks, moments, strict=True)]
        image = self._features([(e, t) for e, t in moments], views)
        closing = self._features([(e, max(0, c)) for (e, _), c in zip(moments, last)], views)  # noqa: B905
        body = np.stack([t.body[[k, max(0, k - LOOK_BACK)]] for t, (_, k) in zip(tracks, moments)])  # noqa: B905
        stages = np.stack([track.stages[t] for track, (_, t) in zip(tracks, moments, strict=True)])
        progress = np.array(
            [t / (len(k.done) - 1) for k, (_, t) in zip(tracks, moments, strict=True)]
        )
        counts = np.stack([track.counts[t] for track, (_, t) in zip(tracks, moments, strict=True)])
        has_body = np.ones(len(moments))
        if rng is not None:
            has_body = (rng.random(len(moments)) > self._disturbance.body_dropout).astype(float)
        inputs = ArmInputs(
            image,
            closing,
            _tensor(np.array(last) >= 0),
            _tensor(body),
            _tensor(has_body),
            torch.from_numpy(np.stack([track.words for track in tracks])),
            _tensor(self._believe(counts, stages, progress, rng)),
        )
        actions = np.stack([k.actions[t] for k, (_, t) in zip(tracks, moments, strict=True)])
        done = np.array([k.done[t] for k, (_, t) in zip(tracks, moments, strict=True)])
        return Batch(
            inputs,
            _tensor(actions),
            _tensor(stages),
            _tensor(progress),
            _tensor(done),
            torch.from_numpy(moments[:, 0].copy()),
        )

    def _features(self, places: Sequence[tuple[int, int]], views: Sequence[int]) -> ImageFeatures:
        pairs = list(zip(places, views, strict=True))
        shapes = np.stack([self._shapes[e][v][t] for (e, t), v in pairs])
        colours = np.stack([self._colours[e][v][t] for (e, t), v in pairs])
        return ImageFeatures(_tensor(shapes), _tensor(colours))

    def _believe(
        self,
        counts: NDArray[np.float32],
        stages: NDArray[np.float32],
        progress: NDArray[np.float64],
        rng: np.random.Generator | None,
    ) -> NDArray[np.float64]:
        """Return beliefs (n, BELIEF_SIZE) about as wrong as a policy's own would be."""
        beliefs = np.zeros((len(counts), BELIEF_SIZE))
        beliefs[:, :4] = counts
        beliefs[:, 4 : 4 + NUM_STAGES] = np.nan_to_num(stages, nan=0.0)
        beliefs[:, -1] = progress
        if rng is not None:
            error = self._disturbance.progress_noise * rng.standard_normal(len(counts))
            beliefs[:, -1] = np.clip(progress + error, 0, 1)
            hidden = rng.random(len(counts)) < self._disturbance.belief_dropout
            beliefs[hidden, 4:] = 0.0
        return beliefs


def encode_chunks(demonstration: Demonstration, chunk_size: int) -> NDArray[np.float64]:
    """Return the chunk of actions that begins at each of T moments, (T, chunk_size, ACTION_SIZE).

    After the end the last command is repeated, with the base at rest.
    """
    commands, last = demonstration.commands, len(demonstration) - 1
    rest = commands.base[last] * [0.0, 0.0, 0.0, 1.0]
    chunks = []
    for start in range(len(demonstration)):
        moments = np.arange(start, start + chunk_size)
        at = np.minimum(moments, last)
        base = np.where((moments > last)[:, None], rest, commands.base[at])
        part = Commands(commands.hands[at], commands.grasps[at], base)
        chunks.append(encode_actions(part, demonstration.measured[start]))
    return np.stack(chunks)


def _count(grasps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the counts of closings and openings up to each moment, (T, 4)."""
    memory, counts = Memory(), []
    for now in grasps:
        memory = memory.remember_grasps(now)
        counts.append(memory.vector()[:4])
    return np.array(counts, dtype=np.float32)


def _tensor(values: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).float()
