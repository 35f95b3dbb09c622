"""Views of a dataset: fewer of its images, or less of its labels."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.perception.datasets.dataset import Dataset, Sample
from drive2walk.robot.surfaces import UNLABELLED, surface_ids

# A hidden surface's outline is hidden too: the pixels this near, as a share of the diagonal.
HIDDEN_MARGIN = 0.015


class Part(Dataset):
    """Some of a dataset's images."""

    def __init__(self, whole: Dataset, indices: list[int]) -> None:
        self.whole, self.indices = whole, indices
        self.names = [whole.names[i] for i in indices]
        self.labelled, self.absent = whole.labelled, whole.absent
        self.has_depth, self.two_way = whole.has_depth, whole.two_way

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        return self.whole[self.indices[index]]

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's files (see ``Dataset``)."""
        return self.whole.files(self.indices[index])

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a sample's mask alone (see ``Dataset``)."""
        return self.whole.surfaces(self.indices[index])


def drawn(whole: Dataset, share: tuple[float, float], seed: int) -> Dataset:
    """Return the images between two shares of an order drawn by ``seed``, one at least.

    The order depends on the images' names and the seed alone, so (0, 0.1) lies within (0, 0.25)
    on every machine, and (0, 0.5) and (0.5, 1) have no image in common.
    """
    if share == (0.0, 1.0):
        return whole
    keys = [hashlib.sha256(f"{seed}:{name}".encode()).digest() for name in whole.names]
    order = sorted(range(len(whole)), key=keys.__getitem__)
    first, last = (round(bound * len(order)) for bound in share)
    first = min(first, len(order) - 1)
    return Part(whole, sorted(order[first : max(last, first + 1)]))


def evenly(whole: Dataset, count: int) -> Dataset:
    """Return ``count`` of the images, evenly spread; all of them if there are no more."""
    if count >= len(whole):
        return whole
    return Part(whole, np.linspace(0, len(whole) - 1, count).round().astype(int).tolist())


class Hidden(Dataset):
    """A dataset whose labels do not tell some surfaces.

    Their pixels count as unlabelled, and so does a margin around them: the edge of what is left
    would otherwise trace the hidden surface's outline. Not told apart means not even as "other",
    nor that the dataset's places hold none of it.
    """

    def __init__(self, whole: Dataset, hidden: Iterable[str]) -> None:
        self.whole = whole
        self.hidden = surface_ids(hidden)
        self.names = whole.names
        self.labelled = [i for i in whole.labelled if i not in self.hidden]
        self.absent = tuple(i for i in whole.absent if i not in self.hidden)
        self.has_depth = whole.has_depth
        # A two-way label tells its surfaces from the rest, and so where they are.
        self.two_way = () if set(whole.two_way) & set(self.hidden) else whole.two_way

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        sample = self.whole[index]
        walkable = sample.walkable if self.two_way else None
        surfaces = self._hide(sample.surfaces)
        return dataclasses.replace(sample, surfaces=surfaces, walkable=walkable)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's files (see ``Dataset``)."""
        return self.whole.files(index)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a sample's mask alone (see ``Dataset``)."""
        return self._hide(self.whole.surfaces(index))

    def _hide(self, surfaces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        reach = max(1, round(HIDDEN_MARGIN * float(np.hypot(*surfaces.shape))))
        kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        hole = cv2.dilate(np.isin(surfaces, self.hidden).astype(np.uint8), kernel)
        return np.where(hole > 0, np.uint8(UNLABELLED), surfaces)
