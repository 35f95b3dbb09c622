"""Broken files are found when a dataset is opened, not after hours of training."""

from __future__ import annotations

import logging

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.images import require_whole
from drive2walk.perception.datasets.subsets import Part

ON_BROKEN = ("refuse", "skip")
log = logging.getLogger(__name__)


def broken_files(dataset: Dataset, index: int) -> list[str]:
    """Return a line for each file of a sample that is missing, empty or cut off."""
    lines = []
    for path in dataset.files(index):
        try:
            require_whole(path)
        except DataError as error:
            lines.append(str(error))
    return lines


def sound(dataset: Dataset, on_broken: str) -> Dataset:
    """Return the dataset without samples of which a file is missing or cut off.

    Args:
        dataset: as a reader found it.
        on_broken: "skip" leaves such samples out and logs each, "refuse" raises.

    Raises:
        DataError: a file is broken and the policy is to refuse, or every sample has one.
    """
    if on_broken not in ON_BROKEN:
        raise DataError(unknown_name("on_broken", on_broken, ON_BROKEN))
    kept, lines = [], []
    for index in range(len(dataset)):
        found = broken_files(dataset, index)
        lines += found
        if not found:
            kept.append(index)
    if not lines:
        return dataset
    if not kept:
        raise DataError(f"{lines[0]} No sample is whole, {len(lines)} files are broken.")
    if on_broken == "refuse":
        others = f" {len(lines) - 1} more files are broken." if len(lines) > 1 else ""
        raise DataError(
            f"{lines[0]}{others} 'drive2walk perception inspect' lists all; "
            "--on-broken skip leaves them out of a training (of what finetune replays beside "
            "DATA: 'on_broken: skip' of its source in the config)."
        )
    for line in lines:
        log.warning("skipped: %s", line)
    return Part(dataset, kept)
