"""Inspection of a dataset before training: broken files, statistics and a contact sheet."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.perception.datasets.broken_files import find_broken_files
from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.perception.datasets.images import IMAGE_ENDINGS, read_image
from drive2walk.perception.datasets.lidar.lidar_scan import read_scan
from drive2walk.perception.datasets.registry import find_reader
from drive2walk.perception.inspection.contact_sheet import draw_contact_sheet
from drive2walk.perception.inspection.dataset_statistics import Agreement, Statistics

ROWS_PER_SPLIT = 4


@dataclasses.dataclass(frozen=True)
class Inspection:
    """Result of an inspection.

    Attributes:
        findings: Message for each file or setting that training could not use.
        statistics: Statistics of each split (see ``Statistics``).
        picture: Contact sheet (height, width, 3), uint8 RGB; None if no sample could be read.
    """

    findings: list[str]
    statistics: dict[str, Any]
    picture: NDArray[np.uint8] | None


def inspect(name: str, root: Path, labels: str = "masks") -> Inspection:
    """Read every file of every split of a dataset, and go on after broken ones.

    Args:
        name: Name of the dataset in the registry.
        root: Folder of the dataset.
        labels: Source of the labels, "masks" or "lidar". Labels from lidar are compared with the
            masks in the folder, if any.

    Raises:
        DataError: The dataset is unknown, or ``root`` holds none of its splits.
    """
    opened, findings = _open_splits(name, root, labels)
    if not opened and not findings:
        raise DataError(f"'{root}' holds no split of dataset '{name}'. Give its root folder.")
    findings += _find_shared_images(opened)
    statistics, shown = {}, []
    for split, dataset in opened.items():
        masks = _open_masks(root, split) if labels == "lidar" else None
        found, counted, samples = _read_split(dataset, masks)
        findings += found
        statistics[split] = counted
        shown += samples
    return Inspection(findings, statistics, draw_contact_sheet(shown) if shown else None)


def _open_splits(name: str, root: Path, labels: str) -> tuple[dict[str, Dataset], list[str]]:
    reader = find_reader(name, labels)
    opened, findings = {}, []
    try:
        splits = reader.splits(root)
    except (ConfigError, DataError) as error:
        return {}, [str(error)]
    for split in splits:
        try:
            opened[split] = reader(root, split)
        except (ConfigError, DataError) as error:
            # An error of the whole folder occurs in every split; report it once.
            findings += [str(error)] if str(error) not in findings else []
    return opened, findings


def _find_shared_images(opened: dict[str, Dataset]) -> list[str]:
    split_of: dict[str, str] = {}
    findings = []
    for split, dataset in opened.items():
        for name in dataset.names:
            first = split_of.setdefault(name, split)
            if first != split:
                findings.append(f"image '{name}' is in split '{first}' and in '{split}'.")
    return findings


def _open_masks(root: Path, split: str) -> Dataset | None:
    try:
        return find_reader("folder")(root, split)
    except (ConfigError, DataError):
        return None


def _read_split(
    dataset: Dataset, masks: Dataset | None
) -> tuple[list[str], dict[str, Any], list[Sample]]:
    findings, shown = [], []
    statistics, agreement = Statistics(), Agreement(dataset.two_way)
    chosen = set(np.linspace(0, len(dataset) - 1, ROWS_PER_SPLIT).round().astype(int).tolist())
    for index in range(len(dataset)):
        lines = find_broken_files(dataset, index) or _find_undecodable_files(dataset, index)
        if not lines:
            try:
                sample = dataset[index]
                statistics.add(sample)
                if masks is not None:
                    agreement.add(sample, masks.surfaces(index))
                if index in chosen:
                    shown.append(sample)
            except DataError as error:
                lines = [str(error)]
        findings += lines
    counted = statistics.summary()
    if agreement.known:
        counted["agreement_with_masks"] = agreement.summary()
    return findings, counted, shown


def _find_undecodable_files(dataset: Dataset, index: int) -> list[str]:
    """Return an error message for each complete file of a sample that can't be decoded."""
    lines = []
    for path in dataset.files(index):
        try:
            read_image(path) if path.suffix.lower() in IMAGE_ENDINGS else read_scan(path)
        except DataError as error:
            lines.append(str(error))
    return lines
