"""Looks at a dataset before training does: broken files, statistics, a contact sheet."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.datasets.images import IMAGE_ENDINGS, read_image
from drive2walk.perception.datasets.lidar.lidar_labels import read_scan
from drive2walk.perception.datasets.readability import broken_files
from drive2walk.perception.datasets.registry import reader
from drive2walk.perception.inspection.contact_sheet import contact_sheet
from drive2walk.perception.inspection.dataset_statistics import Agreement, Statistics

ROWS = 4


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What was found.

    Attributes:
        findings: a line for each file or setting that training could not use.
        statistics: of each split (see ``Statistics``).
        picture: (height, width, 3) uint8 RGB; None where no sample could be read.
    """

    findings: list[str]
    statistics: dict[str, Any]
    picture: NDArray[np.uint8] | None


def inspect(name: str, root: Path, labels: str = "masks") -> Inspection:
    """Read every file of every split of a dataset, whatever is broken.

    Args:
        name: how the folder is laid out.
        root: the folder.
        labels: "masks" or "lidar"; with lidar, masks that lie there too are compared with it.

    Raises:
        DataError: there is no such dataset, or ``root`` holds none of its splits.
    """
    opened, findings = _open_splits(name, root, labels)
    if not opened and not findings:
        raise DataError(f"'{root}' holds no split of dataset '{name}'. Give its root folder.")
    findings += _in_two_splits(opened)
    statistics, shown = {}, []
    for split, dataset in opened.items():
        truth = _masks_beside(root, split) if labels == "lidar" else None
        found, counted, samples = _read_split(dataset, truth)
        findings += found
        statistics[split] = counted
        shown += samples
    return Inspection(findings, statistics, contact_sheet(shown) if shown else None)


def _open_splits(name: str, root: Path, labels: str) -> tuple[dict[str, Dataset], list[str]]:
    kind = reader(name, labels)
    opened, findings = {}, []
    try:
        splits = kind.splits(root)
    except (ConfigError, DataError) as error:
        return {}, [str(error)]
    for split in splits:
        try:
            opened[split] = kind(root, split)
        except (ConfigError, DataError) as error:
            # What is wrong with the whole folder is wrong with every split.
            findings += [str(error)] if str(error) not in findings else []
    return opened, findings


def _in_two_splits(opened: dict[str, Dataset]) -> list[str]:
    home: dict[str, str] = {}
    findings = []
    for split, dataset in opened.items():
        for name in dataset.names:
            first = home.setdefault(name, split)
            if first != split:
                findings.append(f"image '{name}' is in split '{first}' and in '{split}'.")
    return findings


def _masks_beside(root: Path, split: str) -> Dataset | None:
    try:
        return reader("folder")(root, split)
    except (ConfigError, DataError):
        return None


def _read_split(
    dataset: Dataset, truth: Dataset | None
) -> tuple[list[str], dict[str, Any], list[Sample]]:
    findings, shown = [], []
    statistics, agreement = Statistics(), Agreement(dataset.two_way)
    picked = set(np.linspace(0, len(dataset) - 1, ROWS).round().astype(int).tolist())
    for index in range(len(dataset)):
        lines = broken_files(dataset, index) or _undecodable(dataset, index)
        if not lines:
            try:
                sample = dataset[index]
                statistics.add(sample)
                if truth is not None:
                    agreement.add(sample, truth.surfaces(index))
                if index in picked:
                    shown.append(sample)
            except DataError as error:
                lines = [str(error)]
        findings += lines
    counted = statistics.summary()
    if agreement.known:
        counted["agreement_with_masks"] = agreement.summary()
    return findings, counted, shown


def _undecodable(dataset: Dataset, index: int) -> list[str]:
    """Return a line for each file of a sample that is whole but can't be read."""
    lines = []
    for path in dataset.files(index):
        try:
            read_image(path) if path.suffix.lower() in IMAGE_ENDINGS else read_scan(path)
        except DataError as error:
            lines.append(str(error))
    return lines
