"""A check for broken files when a dataset is opened, so that training does not fail hours later."""

from __future__ import annotations

import logging

from drive2walk.experiment.errors import DataError, unknown_name
from drive2walk.perception.datasets.dataset import Dataset
from drive2walk.perception.datasets.images import require_complete
from drive2walk.perception.datasets.subsets import Subset

ON_BROKEN = ("refuse", "skip")
log = logging.getLogger(__name__)


def find_broken_files(dataset: Dataset, index: int) -> list[str]:
    """Return an error message for each file of a sample that is missing, empty or cut off."""
    messages = []
    for path in dataset.files(index):
        try:
            require_complete(path)
        except DataError as error:
            messages.append(str(error))
    return messages


def keep_readable_samples(dataset: Dataset, on_broken: str) -> Dataset:
    """Return the dataset without the samples that have a missing or cut-off file.

    Args:
        dataset: Dataset to check.
        on_broken: Policy for such samples: "skip" removes and logs each, "refuse" raises.

    Raises:
        DataError: A file is broken and the policy is "refuse", or no sample is left.
    """
    if on_broken not in ON_BROKEN:
        raise DataError(unknown_name("on_broken", on_broken, ON_BROKEN))
    readable, messages = [], []
    for index in range(len(dataset)):
        found = find_broken_files(dataset, index)
        messages += found
        if not found:
            readable.append(index)
    if not messages:
        return dataset
    if not readable:
        raise DataError(
            f"{messages[0]} Every sample has a broken file; {len(messages)} files are broken."
        )
    if on_broken == "refuse":
        others = f" {len(messages) - 1} more files are broken." if len(messages) > 1 else ""
        raise DataError(
            f"{messages[0]}{others} 'drive2walk perception inspect' lists all of them. To train "
            "without them, give --on-broken skip, or set 'on_broken: skip' for a source in the "
            "config."
        )
    for message in messages:
        log.warning("skipped: %s", message)
    return Subset(dataset, readable)
