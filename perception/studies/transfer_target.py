"""A target of the transfer study: the ground to learn, and how it is learned."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.registry import open_dataset
from drive2walk.perception.studies.small_copy import write_small_copy
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.robot.surfaces import surface_ids


@dataclasses.dataclass(frozen=True)
class TargetConfig:
    """A kind of ground to learn.

    Attributes:
        dataset: Name of the dataset in the registry.
        learn: Settings of a run on labels of the target. The ``fraction_range`` of its only source
            selects all available labels.
        drive: Settings of a run that first trains a network to drive; None if the weights can be
            used without it.
        train_images: Greatest number of training images, evenly spaced.
        val_images: Greatest number of validation images, evenly spaced.
        width: Width in pixels of the small copies that the runs read.
        root: Folder of the dataset.
    """

    dataset: str
    learn: NetworkTrainingConfig
    drive: NetworkTrainingConfig | None = None
    train_images: int = 400
    val_images: int = 60
    width: int = 192
    root: Path | None = None


def copy_target(target: TargetConfig, out: Path) -> Path:
    """Write a small copy of a target's dataset to ``out``, unless it exists, and return ``out``.

    Raises:
        DataError: The dataset can't be read, or its masks don't distinguish the target's surface.
    """
    root = Path(str(target.root))
    parts = {split: open_dataset(target.dataset, root, split) for split in ("train", "val")}
    if not set(surface_ids(target.learn.walkable)) & set(parts["train"].labelled):
        raise DataError(
            f"'{root}' names none of {', '.join(target.learn.walkable)} among other surfaces. "
            "Give a dataset whose masks distinguish surfaces."
        )
    counts = {"train": target.train_images, "val": target.val_images}
    return write_small_copy(parts, counts, target.width, out)


def require_same_target(target: TargetConfig, path: Path, out: Path) -> None:
    """Check that a study has the same settings as before.

    Args:
        target: Settings of the target.
        path: File with the settings of the existing study, if there is one.
        out: Folder of the study.

    Raises:
        ConfigError: The settings differ.
    """
    if path.is_file() and load_config(TargetConfig, path, out) != target:
        raise ConfigError(
            f"'{out}' holds a study with other settings (see '{path.name}'). "
            "Give the same settings to continue it, or another --out."
        )
