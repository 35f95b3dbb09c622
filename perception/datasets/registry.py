"""Every dataset by name. To add one: write its reader, add its row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from perception.datasets.camvid import CamVid
from perception.datasets.dataset import Dataset
from perception.datasets.folder import Folder
from robot.errors import DataError, unknown_name

DATASETS: dict[str, Callable[[Path, str], Dataset]] = {"camvid": CamVid, "folder": Folder}


def open_dataset(name: str, root: Path, split: str) -> Dataset:
    """Return a split of the dataset ``name`` that lies in ``root``.

    Raises:
        DataError: the name or the split is unknown, or the folder doesn't hold it.
    """
    if name not in DATASETS:
        raise DataError(unknown_name("dataset", name, DATASETS))
    return DATASETS[name](root, split)
