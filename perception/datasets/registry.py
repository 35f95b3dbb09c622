"""Every dataset by name. A new dataset needs a reader and one line here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.bdd100k import Bdd100k
from drive2walk.perception.datasets.broken_files import keep_readable_samples
from drive2walk.perception.datasets.camvid import CamVid
from drive2walk.perception.datasets.cityscapes import Cityscapes
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.datasets.lidar.lidar_folder import LidarFolder

DATASETS: dict[str, type[Any]] = {
    "bdd100k": Bdd100k,
    "camvid": CamVid,
    "cityscapes": Cityscapes,
    "folder": Folder,
}
# Readers by the source of the labels: masks that people painted or envs rendered, or lidar scans.
LABELS: dict[str, dict[str, type[Any]]] = {"masks": DATASETS, "lidar": {"folder": LidarFolder}}


def find_reader(name: str, labels: str = "masks") -> type[Any]:
    """Return the reader class of a dataset, which is built from a root folder and a split.

    Args:
        name: Name of the dataset in ``DATASETS``.
        labels: Source of the labels, "masks" or "lidar".

    Raises:
        DataError: The dataset is unknown or has no such labels.
    """
    if labels not in LABELS:
        raise DataError(unknown_name("labels", labels, LABELS))
    if name not in DATASETS:
        raise DataError(unknown_name("dataset", name, DATASETS))
    if name not in LABELS[labels]:
        raise DataError(
            f"dataset '{name}' has no {labels} labels. Give one of: {', '.join(LABELS[labels])}."
        )
    return LABELS[labels][name]


def open_dataset(
    name: str, root: Path, split: str, labels: str = "masks", on_broken: str = "refuse"
) -> Dataset:
    """Return a split of a dataset, after a check that all of its files are complete.

    Args:
        name: Name of the dataset in ``DATASETS``.
        root: Folder of the dataset.
        split: Name of the split: train, val or test.
        labels: Source of the labels: "masks", or "lidar" for the robot's own scans.
        on_broken: Policy for samples with a missing or cut-off file: "refuse" or "skip".

    Raises:
        DataError: The dataset or the split is unknown, the folder does not hold it, or a file is
            broken and the policy is "refuse".
    """
    return keep_readable_samples(find_reader(name, labels)(root, split), on_broken)
