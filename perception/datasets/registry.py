"""Every dataset by name. To add one: write its reader, add its row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.bdd100k import Bdd100k
from drive2walk.perception.datasets.camvid import CamVid
from drive2walk.perception.datasets.cityscapes import Cityscapes
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.datasets.lidar.lidar_folder import LidarFolder
from drive2walk.perception.datasets.readability import sound

DATASETS: dict[str, type[Any]] = {
    "bdd100k": Bdd100k,
    "camvid": CamVid,
    "cityscapes": Cityscapes,
    "folder": Folder,
}
# Who labelled the images: people or a renderer, or the robot's lidar.
LABELS: dict[str, dict[str, type[Any]]] = {"masks": DATASETS, "lidar": {"folder": LidarFolder}}


def reader(name: str, labels: str = "masks") -> type[Any]:
    """Return the class that reads the dataset ``name``, made with a root and a split.

    Raises:
        DataError: there is no such dataset, or none with such labels.
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
    """Return a split of the dataset ``name`` that lies in ``root``, every file of it whole.

    Args:
        name: how the folder is laid out.
        root: the folder.
        split: train, val or test.
        labels: "masks", or "lidar" for labels that the robot's own scans give.
        on_broken: "refuse" a missing or cut-off file, or "skip" its sample and say so.

    Raises:
        DataError: the name or the split is unknown, or the folder doesn't hold it.
    """
    return sound(reader(name, labels)(root, split), on_broken)
