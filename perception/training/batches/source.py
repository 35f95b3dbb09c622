"""A dataset as a source of training and validation images."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.experiment.config import was
from drive2walk.experiment.errors import ConfigError, unknown_name
from drive2walk.perception.datasets.broken_files import ON_BROKEN
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.folder_layout import SPLIT_FILE
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.datasets.subsets import HiddenSurfaces, draw_subset
from drive2walk.perception.inspection.diversity import ON_COLLAPSE, require_diversity


@dataclasses.dataclass(frozen=True)
class SourceConfig:
    """The part of one dataset in training.

    Attributes:
        dataset: Name of the dataset in the registry.
        per_batch: Number of its images in each batch.
        scale_range: Range of the factor from pixels of the dataset to pixels of the examples.
        root: Folder of the dataset; a source without one is left out.
        labels: Source of the training labels: "masks", or "lidar" for the robot's own scans.
        fraction_range: Images that are used for training, as the start and the end of a range in
            an order drawn by the seed of the run, both fractions of the number of images.
        hidden: Surfaces without labels in this source (see ``HiddenSurfaces``).
        on_broken: Policy for samples with a missing or cut-off file: "refuse" or "skip".
        on_collapse: Policy for a rendered set whose scenes hardly differ: "refuse" or "train".
    """

    dataset: str
    per_batch: int
    scale_range: tuple[float, float] = dataclasses.field(metadata=was("scale"))
    root: Path | None = None
    labels: str = "masks"
    fraction_range: tuple[float, float] = dataclasses.field(
        default=(0.0, 1.0), metadata=was("share")
    )
    hidden: tuple[str, ...] = ()
    on_broken: str = "refuse"
    on_collapse: str = "refuse"

    @property
    def scored_on_training(self) -> bool:
        """Whether the folder has no splits, so that scores are on training images."""
        if self.dataset != "folder" or self.root is None:
            return False
        return not (self.root / SPLIT_FILE).is_file()

    def __post_init__(self) -> None:
        """Check settings that would otherwise fail when the data are opened.

        Raises:
            ConfigError: A policy is unknown, or ``fraction_range`` is not a range within 0 to 1.
        """
        for key, allowed in (("on_broken", ON_BROKEN), ("on_collapse", ON_COLLAPSE)):
            if getattr(self, key) not in allowed:
                raise ConfigError(unknown_name(key, getattr(self, key), allowed))
        first, last = self.fraction_range
        if not 0 <= first < last <= 1:
            raise ConfigError(
                f"fraction_range: got {first} to {last}; give two numbers within 0 to 1, the "
                "smaller one first."
            )

    def open(self, split: str, seed: int = 0) -> Dataset:
        """Return a split of the dataset.

        The "train" split is reduced as the settings say. Other splits are complete, and labelled
        by masks if the folder has any.

        Args:
            split: Name of the split.
            seed: Seed of the order for ``fraction_range``.

        Raises:
            ConfigError: The dataset was rendered, its scenes hardly differ, and the policy is
                "refuse".
            DataError: The dataset can't be read.
        """
        root = Path(str(self.root))
        if split != "train":
            labels = "masks" if (root / "masks").is_dir() else self.labels
            return open_dataset(self.dataset, root, split, labels, self.on_broken)
        if self.on_collapse == "refuse":
            require_diversity(root)
        dataset = open_dataset(self.dataset, root, split, self.labels, self.on_broken)
        dataset = draw_subset(dataset, self.fraction_range, seed)
        return HiddenSurfaces(dataset, self.hidden) if self.hidden else dataset


def open_validation_sets(sources: dict[str, SourceConfig]) -> dict[str, Dataset]:
    """Return the validation split of every source that has a root.

    Raises:
        DataError: A dataset can't be read.
    """
    return {name: source.open("val") for name, source in sources.items() if source.root is not None}
