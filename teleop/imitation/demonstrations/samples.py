"""Samples: random moments of demonstrations as batches for training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.teleop.imitation.demonstrations.demonstration import ACTION_HZ
from drive2walk.teleop.imitation.demonstrations.feature_cache import relight_images
from drive2walk.teleop.imitation.demonstrations.track import Track
from drive2walk.teleop.imitation.inputs.image_features import ImageFeatures
from drive2walk.teleop.imitation.inputs.memory import NUM_COUNTS
from drive2walk.teleop.imitation.network import ArmInputs

# Number of moments back at which a policy also feels its body: 0.5 s.
LOOK_BACK = round(0.5 * ACTION_HZ)
# Stands for stages and progress that are hidden; 0 would be the start of the task.
HIDDEN = -0.5


@dataclasses.dataclass(frozen=True)
class InputNoise:
    """How much of what a policy is given is hidden or made noisy in training.

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
        images: Image, and image in which a hand last closed, (n, IMAGE_HEIGHT, IMAGE_WIDTH, 3)
            uint8 each, for an eye that learns; None where ``inputs`` has their features.
        actions: Actions, (n, chunk_size, ACTION_SIZE), not yet scaled.
        stages: Whether each stage is behind, (n, NUM_STAGES); nan is unknown.
        progress: Part of the task that is done, (n,).
        done: Whether the task is done, (n,) float.
        episodes: Index of the demonstration of each sample, (n,).
    """

    inputs: ArmInputs
    images: tuple[Tensor, Tensor] | None
    actions: Tensor
    stages: Tensor
    progress: Tensor
    done: Tensor
    episodes: Tensor


class Samples:
    """Draws batches from demonstrations.

    Args:
        tracks: Demonstrations.
        eye: Fingerprint of the frozen eye whose features are used; None gives images.
        views: Number of views of every image.
        input_noise: Noise of the inputs, and what is hidden.

    Attributes:
        index: Demonstration and moment of each sample, (number of samples, 2).
    """

    def __init__(
        self, tracks: Sequence[Track], eye: str | None, views: int, input_noise: InputNoise
    ) -> None:
        self.tracks, self._eye, self._views = tracks, eye, views
        self._noise = input_noise
        if eye is None:
            self._images = [t.cached.images() for t in tracks]
        else:
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
        """Return the samples of moments (n, 2).

        Args:
            moments: Index of the demonstration, and the moment in it.
            rng: Source of views and noise; None adds none.
        """
        pairs = [(self.tracks[e], t) for e, t in moments]
        last = np.array([track.closings[t] for track, t in pairs])
        then = np.stack([moments[:, 0], np.maximum(last, 0)], axis=1)
        stages = np.stack([track.stages[t] for track, t in pairs])
        progress = np.array([track.progress[t] for track, t in pairs])
        counts = np.stack([track.counts[t] for track, t in pairs])
        body = np.stack([track.body[[t, max(0, t - LOOK_BACK)]] for track, t in pairs])
        image, closing, images = self._see(moments, then, rng)
        inputs = ArmInputs(
            image,
            closing,
            _make_tensor(last >= 0),
            _make_tensor(body),
            _make_tensor(self._draw_has_body(len(pairs), rng)),
            torch.from_numpy(np.stack([track.words for track, _ in pairs])),
            _make_tensor(self._draw_beliefs(counts, stages, progress, rng)),
        )
        return Batch(
            inputs,
            images,
            _make_tensor(np.stack([track.actions[t] for track, t in pairs])),
            _make_tensor(stages),
            _make_tensor(progress),
            _make_tensor(np.array([track.done[t] for track, t in pairs])),
            torch.from_numpy(moments[:, 0].copy()),
        )

    def _see(
        self,
        moments: NDArray[np.intp],
        then: NDArray[np.intp],
        rng: np.random.Generator | None,
    ) -> tuple[ImageFeatures, ImageFeatures, tuple[Tensor, Tensor] | None]:
        """Return the features of moments and of those when a hand last closed, or their images."""
        if self._eye is None:
            none = ImageFeatures(torch.zeros(0), torch.zeros(0))
            return none, none, (self._take_images(moments, rng), self._take_images(then, rng))
        views = [0 if rng is None else int(rng.integers(self._views)) for _ in moments]
        return self._take_features(moments, views), self._take_features(then, views), None

    def _take_features(self, moments: NDArray[np.intp], views: Sequence[int]) -> ImageFeatures:
        triples = [(e, v, t) for (e, t), v in zip(moments, views, strict=True)]
        shapes = np.stack([self._shapes[e][v][t] for e, v, t in triples])
        colours = np.stack([self._colours[e][v][t] for e, v, t in triples])
        return ImageFeatures(_make_tensor(shapes), _make_tensor(colours))

    def _take_images(self, moments: NDArray[np.intp], rng: np.random.Generator | None) -> Tensor:
        images = np.stack([self._images[e][t] for e, t in moments])
        if rng is not None and self._views > 1:
            images = relight_images(images, rng)
        return torch.from_numpy(images)

    def _draw_has_body(self, count: int, rng: np.random.Generator | None) -> NDArray[np.bool_]:
        if rng is None:
            return np.ones(count, dtype=bool)
        return np.asarray(rng.random(count) >= self._noise.body_dropout)

    def _draw_beliefs(
        self,
        counts: NDArray[np.float32],
        stages: NDArray[np.float32],
        progress: NDArray[np.float32],
        rng: np.random.Generator | None,
    ) -> NDArray[np.float32]:
        """Return beliefs (n, BELIEF_SIZE) about as wrong as a policy's own would be."""
        known = np.nan_to_num(stages, nan=0.0)
        beliefs = np.concatenate([counts, known, progress[:, None]], axis=1)
        if rng is not None:
            error = self._noise.progress_noise * rng.standard_normal(len(counts))
            beliefs[:, -1] = np.clip(progress + error, 0, 1)
            hidden = rng.random(len(counts)) < self._noise.belief_dropout
            beliefs[hidden, NUM_COUNTS:] = HIDDEN
        return beliefs


def _make_tensor(values: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).float()
