"""Batches: a fixed number of images from each source, a pure function of seed and step."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.utils.data
from torch import Tensor

from perception.augment import AugmentConfig, augment
from perception.datasets.dataset import Dataset, class_shares
from perception.datasets.registry import open_dataset
from perception.surfaces import NUM_SURFACES, SURFACES
from robot.errors import ConfigError

# Coarse examples are this much smaller a side, and this many times as many.
COARSE = 2


@dataclasses.dataclass(frozen=True)
class SourceConfig:
    """One dataset's part in training.

    Attributes:
        dataset: a name in the datasets' registry.
        per_batch: images of it in each batch.
        scale: bounds of the factor between training pixels and the dataset's.
        root: its folder; a source without one is left out.
    """

    dataset: str
    per_batch: int
    scale: tuple[float, float]
    root: Path | None = None


class Batch(NamedTuple):
    """n training examples.

    Attributes:
        rgb: (n, 3, h, w) in [0, 1].
        surfaces: (n, h, w) int64 of the taxonomy.
        depth: (n, h, w) reference-focal z-depth in metres, 0 where unknown.
        told_apart: (n, num_surfaces) bool: the classes that the image's labels tell apart.
    """

    rgb: Tensor
    surfaces: Tensor
    depth: Tensor
    told_apart: Tensor


class TrainingData:
    """Draws the batches of a run. Nothing is remembered between steps, so a run resumes.

    Attributes:
        shares: each class's share of the pixels that a batch is expected to hold.
    """

    def __init__(
        self,
        sources: dict[str, SourceConfig],
        size: tuple[int, int],
        coarse_steps: int,
        augmentation: AugmentConfig,
        seed: int,
    ) -> None:
        """Open the training splits.

        Args:
            sources: the datasets by name.
            size: height and width of an example.
            coarse_steps: the first steps, whose examples are half that size, and twice as many.
            augmentation: how far examples are moved from what was recorded.
            seed: chooses order and augmentation.

        Raises:
            ConfigError: no source has a root.
            DataError: a dataset can't be read.
        """
        used = [source for source in sources.values() if source.root is not None]
        if not used:
            raise ConfigError(f"no data: give a folder for one of {', '.join(sources)}.")
        self.sources = used
        self.datasets = [open_dataset(s.dataset, Path(str(s.root)), "train") for s in used]
        self.size, self.coarse_steps = size, coarse_steps
        self.augmentation, self.seed = augmentation, seed
        self.shares = self._shares()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Names of the classes that occur, in the taxonomy's order.

        A class that a source labels but never shows can only be learned as absent.
        """
        return tuple(n for n, share in zip(SURFACES, self.shares, strict=True) if share > 0)

    @property
    def has_depth(self) -> bool:
        """Whether any source has depth."""
        return any(dataset.has_depth for dataset in self.datasets)

    def _shares(self) -> Tensor:
        parts = [
            source.per_batch * class_shares(dataset, NUM_SURFACES)
            for source, dataset in zip(self.sources, self.datasets, strict=True)
        ]
        total = np.sum(parts, axis=0)
        return torch.tensor(total / total.sum(), dtype=torch.float32)

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step``; the same one for the same seed, always."""
        rng = np.random.default_rng((self.seed, step))
        shrink = COARSE if step < self.coarse_steps else 1
        size = (self.size[0] // shrink, self.size[1] // shrink)
        examples, told_apart = [], []
        for number, (source, dataset) in enumerate(zip(self.sources, self.datasets, strict=True)):
            mask = np.isin(np.arange(NUM_SURFACES), [*dataset.labelled, *dataset.absent])
            scale = (source.scale[0] / shrink, source.scale[1] / shrink)
            for index in self._indices(number, step, source.per_batch, len(dataset)):
                example = augment(dataset[index], size, scale, self.augmentation, rng)
                examples.append(example)
                told_apart.append(mask)
        rgb = np.stack([example.rgb for example in examples])
        surfaces = np.stack([example.surfaces for example in examples])
        return Batch(
            torch.from_numpy(rgb).permute(0, 3, 1, 2).float().div_(255),
            torch.from_numpy(surfaces).long(),
            torch.from_numpy(np.stack([example.depth for example in examples])),
            torch.from_numpy(np.stack(told_apart)),
        )

    def _indices(self, number: int, step: int, count: int, length: int) -> list[int]:
        # Every pass over the dataset is one permutation, known from the pass's number alone.
        first, last = (
            count * (s + (COARSE - 1) * min(s, self.coarse_steps)) for s in (step, step + 1)
        )
        indices = []
        for draw in range(first, last):
            order = np.random.default_rng((self.seed, number, draw // length)).permutation(length)
            indices.append(int(order[draw % length]))
        return indices


class BatchesAhead(torch.utils.data.Dataset[Batch]):
    """The batches of some steps in their order, for a loader that makes them ahead of time."""

    def __init__(self, data: TrainingData, steps: range) -> None:
        self.data = data
        self.steps = steps

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Batch:
        return self.data.batch(self.steps[index])


def validation_sets(sources: dict[str, SourceConfig]) -> dict[str, Dataset]:
    """Return the validation split of every source that has a root."""
    return {
        name: open_dataset(source.dataset, source.root, "val")
        for name, source in sources.items()
        if source.root is not None
    }
