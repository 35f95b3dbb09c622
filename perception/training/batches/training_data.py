"""Training batches with a fixed number of images from each source, determined by seed and step."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.experiment.errors import ConfigError
from drive2walk.perception.datasets.dataset import class_fractions
from drive2walk.perception.training.augmentation.augment import augment
from drive2walk.perception.training.augmentation.config import AugmentConfig
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.batches.pixel_weights import weigh_equally
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES

# Coarse examples are smaller by this factor per side, and more by this factor.
COARSE_FACTOR = 2


class TrainingData:
    """The batches of a run. Steps are independent of each other, so that a run can resume.

    Attributes:
        sources: Sources that have a root.
        datasets: Training split of each of these sources.
        class_fractions: Expected fraction of the pixels of a batch that each surface covers,
            (num_surfaces,).
    """

    def __init__(
        self,
        sources: dict[str, SourceConfig],
        size: tuple[int, int],
        coarse_steps: int,
        augmentation: AugmentConfig,
        seed: int,
        weigh_pixels: Callable[[NDArray[np.uint8]], NDArray[np.float32]] = weigh_equally,
    ) -> None:
        """Open the training splits.

        Args:
            sources: Sources by name.
            size: Height and width of an example.
            coarse_steps: Number of steps at the start with twice as many examples of half the
                size.
            augmentation: Ranges of the random changes.
            seed: Seed of the order and the augmentation.
            weigh_pixels: Function from a mask of surface ids to the weights of its pixels.

        Raises:
            ConfigError: No source has a root.
            DataError: A dataset can't be read.
        """
        used = [source for source in sources.values() if source.root is not None]
        if not used:
            raise ConfigError(f"no data: give a folder for one of {', '.join(sources)}.")
        self.sources = used
        self.datasets = [source.open("train", seed) for source in used]
        self.size, self.coarse_steps = size, coarse_steps
        self.augmentation, self.seed = augmentation, seed
        self.weigh_pixels = weigh_pixels
        self.class_fractions = self._expected_fractions()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Names of the surfaces that occur in the labels, in the order of the taxonomy.

        The surfaces of two-way labels count as well, although the labels do not distinguish them.
        A surface that is labelled but never occurs can only be learned as absent, and is left out.
        """
        fractions = enumerate(self.class_fractions.tolist())
        ids = {i for i, fraction in fractions if fraction > 0} | self.two_way
        return tuple(SURFACES[i] for i in sorted(ids))

    @property
    def two_way(self) -> set[int]:
        """Surface ids of the two-way labels of all sources; empty without such labels."""
        return {i for dataset in self.datasets for i in dataset.two_way}

    @property
    def has_depth(self) -> bool:
        """Whether any source has depth."""
        return any(dataset.has_depth for dataset in self.datasets)

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step``, on the CPU."""
        rng = np.random.default_rng((self.seed, step))
        size = self.size_at(step)
        examples, labelled_classes, two_way = [], [], []
        for number, dataset in enumerate(self.datasets):
            scale_range = self.scale_range_at(number, step)
            labels = self.label_classes(number)
            for index in self.indices(number, step):
                examples.append(augment(dataset[index], size, scale_range, self.augmentation, rng))
                labelled_classes.append(labels[0])
                two_way.append(labels[1])
        rgb = np.stack([example.rgb for example in examples])
        surfaces = np.stack([example.surfaces for example in examples])
        return Batch(
            torch.from_numpy(rgb).permute(0, 3, 1, 2),
            torch.from_numpy(surfaces),
            torch.from_numpy(np.stack([example.depth for example in examples])),
            torch.stack(labelled_classes),
            torch.from_numpy(np.stack([example.walkable for example in examples])),
            torch.stack(two_way),
            torch.from_numpy(np.stack([self.weigh_pixels(mask) for mask in surfaces])),
        )

    def size_at(self, step: int) -> tuple[int, int]:
        """Return height and width of the examples of a step."""
        factor = self._coarse_factor(step)
        return self.size[0] // factor, self.size[1] // factor

    def scale_range_at(self, number: int, step: int) -> tuple[float, float]:
        """Return the range of the factor from pixels of source ``number`` to those of a step."""
        low, high = self.sources[number].scale_range
        return low / self._coarse_factor(step), high / self._coarse_factor(step)

    def label_classes(self, number: int) -> tuple[Tensor, Tensor]:
        """Return ``labelled_classes`` and ``two_way`` of an example, (num_surfaces,), bool each.

        Args:
            number: Number of the source.
        """
        dataset = self.datasets[number]
        return _mask_of([*dataset.labelled, *dataset.absent]), _mask_of(dataset.two_way)

    def indices(self, number: int, step: int) -> list[int]:
        """Return the indices of the images of source ``number`` in a step."""
        # Each pass over the dataset is a permutation, determined by the number of the pass.
        count, length = self.sources[number].per_batch, len(self.datasets[number])
        first, last = (
            count * (s + (COARSE_FACTOR - 1) * min(s, self.coarse_steps)) for s in (step, step + 1)
        )
        return [
            int(_draw_order((self.seed, number, draw // length), length)[draw % length])
            for draw in range(first, last)
        ]

    def _coarse_factor(self, step: int) -> int:
        return COARSE_FACTOR if step < self.coarse_steps else 1

    def _expected_fractions(self) -> Tensor:
        parts = [
            source.per_batch * class_fractions(dataset, NUM_SURFACES)
            for source, dataset in zip(self.sources, self.datasets, strict=True)
            if dataset.labelled
        ]
        total = np.sum([np.zeros(NUM_SURFACES), *parts], axis=0)
        return torch.tensor(total / max(total.sum(), 1e-9), dtype=torch.float32)


class BatchSequence(torch.utils.data.Dataset[Batch]):
    """The batches of some steps in order, for a loader whose processes make them in advance."""

    def __init__(self, data: TrainingData, steps: range) -> None:
        self.data = data
        self.steps = steps

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Batch:
        return self.data.batch(self.steps[index])


@functools.lru_cache(maxsize=8)
def _draw_order(seed: tuple[int, ...], length: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(length)


def _mask_of(ids: Iterable[int]) -> Tensor:
    return torch.isin(torch.arange(NUM_SURFACES), torch.tensor(list(ids), dtype=torch.int64))
