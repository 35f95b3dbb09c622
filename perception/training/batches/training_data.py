"""Batches: a fixed number of images from each source, a pure function of seed and step."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray
from torch import Tensor

from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.perception.datasets.dataset import Dataset, class_shares
from drive2walk.perception.datasets.folder import SPLIT_FILE
from drive2walk.perception.datasets.readability import ON_BROKEN
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.datasets.subsets import Hidden, drawn
from drive2walk.perception.inspection.diversity import ON_COLLAPSE, require_diversity
from drive2walk.perception.training.augmentation.augment import AugmentConfig, augment
from drive2walk.perception.training.batches.batch import Batch
from drive2walk.perception.training.losses.pixel_weights import uniform
from drive2walk.robot.surfaces import NUM_SURFACES, SURFACES

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
        labels: who labelled its training images: "masks", or the robot's "lidar".
        share: the images between these shares of an order drawn by the run's seed.
        hidden: surfaces that this source's labels do not tell (see ``Hidden``).
        on_broken: "refuse" a missing or cut-off file, or "skip" its sample and say so.
        on_collapse: "refuse" a rendered set whose scenes hardly differ, or "train" all the same.
    """

    dataset: str
    per_batch: int
    scale: tuple[float, float]
    root: Path | None = None
    labels: str = "masks"
    share: tuple[float, float] = (0.0, 1.0)
    hidden: tuple[str, ...] = ()
    on_broken: str = "refuse"
    on_collapse: str = "refuse"

    @property
    def scored_on_training(self) -> bool:
        """Whether its folder has no splits, so that all of its images are trained on."""
        if self.dataset != "folder" or self.root is None:
            return False
        return not (self.root / SPLIT_FILE).is_file()

    def __post_init__(self) -> None:
        """Check what would otherwise fail only when the data is opened."""
        for key, allowed in (("on_broken", ON_BROKEN), ("on_collapse", ON_COLLAPSE)):
            if getattr(self, key) not in allowed:
                raise ConfigError(unknown_name(key, getattr(self, key), allowed))
        if not 0 <= self.share[0] < self.share[1] <= 1:
            raise ConfigError(
                f"share: got {self.share[0]} to {self.share[1]}; give two bounds within 0 to 1, "
                "the smaller one first."
            )

    def open(self, split: str, seed: int = 0) -> Dataset:
        """Return a split of the dataset, for ``train`` as this source shows it.

        Whatever training learned from, validation is by masks where the folder has some.

        Raises:
            ConfigError: it was rendered, and its scenes hardly differ.
            DataError: it can't be read.
        """
        root = Path(str(self.root))
        if split != "train":
            labels = "masks" if (root / "masks").is_dir() else self.labels
            return open_dataset(self.dataset, root, split, labels, self.on_broken)
        if self.on_collapse == "refuse":
            require_diversity(root)
        whole = open_dataset(self.dataset, root, split, self.labels, self.on_broken)
        whole = drawn(whole, self.share, seed)
        return Hidden(whole, self.hidden) if self.hidden else whole


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
        weigh: Callable[[NDArray[np.uint8]], NDArray[np.float32]] = uniform,
    ) -> None:
        """Open the training splits.

        Args:
            sources: the datasets by name.
            size: height and width of an example.
            coarse_steps: the first steps, whose examples are half that size, and twice as many.
            augmentation: how far examples are moved from what was recorded.
            seed: chooses order and augmentation.
            weigh: gives a mask's emphasis, in the process that makes the batches.

        Raises:
            ConfigError: no source has a root.
            DataError: a dataset can't be read.
        """
        used = [source for source in sources.values() if source.root is not None]
        if not used:
            raise ConfigError(f"no data: give a folder for one of {', '.join(sources)}.")
        self.sources = used
        self.datasets = [source.open("train", seed) for source in used]
        self.size, self.coarse_steps = size, coarse_steps
        self.augmentation, self.seed = augmentation, seed
        self.weigh = weigh
        self.shares = self._shares()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Names of the classes that occur, in the taxonomy's order.

        A class that a source labels but never shows can only be learned as absent. What two-way
        labels call walkable occurs, though not each surface by its name.
        """
        shown = {i for i, share in enumerate(self.shares.tolist()) if share > 0} | self.two_way
        return tuple(SURFACES[i] for i in sorted(shown))

    @property
    def two_way(self) -> set[int]:
        """The classes that two-way labels tell from all others; empty without such labels."""
        return {i for dataset in self.datasets for i in dataset.two_way}

    @property
    def has_depth(self) -> bool:
        """Whether any source has depth."""
        return any(dataset.has_depth for dataset in self.datasets)

    def _shares(self) -> Tensor:
        parts = [
            source.per_batch * class_shares(dataset, NUM_SURFACES)
            for source, dataset in zip(self.sources, self.datasets, strict=True)
            if dataset.labelled
        ]
        total = np.sum([np.zeros(NUM_SURFACES), *parts], axis=0)
        return torch.tensor(total / max(total.sum(), 1e-9), dtype=torch.float32)

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step``; the same one for the same seed, always."""
        rng = np.random.default_rng((self.seed, step))
        size = self.size_at(step)
        examples, told_apart, two_way = [], [], []
        for number, dataset in enumerate(self.datasets):
            scale = self.scale_at(number, step)
            labels = self.labels_of(number)
            for index in self.indices(number, step):
                examples.append(augment(dataset[index], size, scale, self.augmentation, rng))
                told_apart.append(labels[0])
                two_way.append(labels[1])
        rgb = np.stack([example.rgb for example in examples])
        surfaces = np.stack([example.surfaces for example in examples])
        return Batch(
            torch.from_numpy(rgb).permute(0, 3, 1, 2),
            torch.from_numpy(surfaces),
            torch.from_numpy(np.stack([example.depth for example in examples])),
            torch.stack(told_apart),
            torch.from_numpy(np.stack([example.walkable for example in examples])),
            torch.stack(two_way),
            torch.from_numpy(np.stack([self.weigh(mask) for mask in surfaces])),
        )

    def size_at(self, step: int) -> tuple[int, int]:
        """Return height and width of a step's examples."""
        shrink = self._shrink(step)
        return self.size[0] // shrink, self.size[1] // shrink

    def scale_at(self, number: int, step: int) -> tuple[float, float]:
        """Return the bounds of the factor from source ``number``'s pixels to a step's."""
        low, high = self.sources[number].scale
        return low / self._shrink(step), high / self._shrink(step)

    def _shrink(self, step: int) -> int:
        return COARSE if step < self.coarse_steps else 1

    def labels_of(self, number: int) -> tuple[Tensor, Tensor]:
        """Return one example's ``told_apart`` and ``two_way`` of a source, (num_surfaces,) bool."""
        dataset = self.datasets[number]
        return _among([*dataset.labelled, *dataset.absent]), _among(dataset.two_way)

    def indices(self, number: int, step: int) -> list[int]:
        """Return which images of source ``number`` a step shows."""
        # Every pass over the dataset is one permutation, known from the pass's number alone.
        count, length = self.sources[number].per_batch, len(self.datasets[number])
        first, last = (
            count * (s + (COARSE - 1) * min(s, self.coarse_steps)) for s in (step, step + 1)
        )
        return [
            int(_order((self.seed, number, draw // length), length)[draw % length])
            for draw in range(first, last)
        ]


@functools.lru_cache(maxsize=8)
def _order(seed: tuple[int, ...], length: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(length)


def _among(ids: Iterable[int]) -> Tensor:
    return torch.isin(torch.arange(NUM_SURFACES), torch.tensor(list(ids), dtype=torch.int64))


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
    return {name: source.open("val") for name, source in sources.items() if source.root is not None}
