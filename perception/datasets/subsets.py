"""Reduced versions of a dataset: fewer images, or fewer labels."""

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

# Width of the band around a hidden surface that is hidden too, as a fraction of the diagonal.
HIDDEN_MARGIN = 0.015


class Subset(Dataset):
    """Some of the images of a dataset."""

    def __init__(self, dataset: Dataset, indices: list[int]) -> None:
        self.dataset, self.indices = dataset, indices
        self.names = [dataset.names[i] for i in indices]
        self.labelled, self.absent = dataset.labelled, dataset.absent
        self.has_depth, self.two_way = dataset.has_depth, dataset.two_way

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        return self.dataset[self.indices[index]]

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the files of a sample (see ``Dataset``)."""
        return self.dataset.files(self.indices[index])

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return the surface ids of a sample (see ``Dataset``)."""
        return self.dataset.surfaces(self.indices[index])


def draw_subset(dataset: Dataset, fraction_range: tuple[float, float], seed: int) -> Dataset:
    """Return the images in a range of a random order; at least one image.

    The order depends only on the names of the images and the seed. On every machine, (0, 0.1) is
    therefore a part of (0, 0.25), and (0, 0.5) and (0.5, 1) have no image in common.

    Args:
        dataset: Dataset to draw from.
        fraction_range: Start and end of the range, as fractions of the number of images.
        seed: Seed of the order.
    """
    if fraction_range == (0.0, 1.0):
        return dataset
    keys = [hashlib.sha256(f"{seed}:{name}".encode()).digest() for name in dataset.names]
    order = sorted(range(len(dataset)), key=keys.__getitem__)
    first, last = (round(bound * len(order)) for bound in fraction_range)
    first = min(first, len(order) - 1)
    return Subset(dataset, sorted(order[first : max(last, first + 1)]))


def select_evenly(dataset: Dataset, count: int) -> Dataset:
    """Return ``count`` evenly spaced images; all of them if there are no more."""
    if count >= len(dataset):
        return dataset
    return Subset(dataset, np.linspace(0, len(dataset) - 1, count).round().astype(int).tolist())


class HiddenSurfaces(Dataset):
    """A dataset without its labels of some surfaces.

    Their pixels become unlabelled, and so does a margin around them: without it, the edge of the
    remaining labels would trace the outline of the hidden surface. The surfaces are removed from
    ``absent`` as well, so that nothing says that they cannot occur.
    """

    def __init__(self, dataset: Dataset, hidden: Iterable[str]) -> None:
        self.dataset = dataset
        self.hidden = surface_ids(hidden)
        self.names = dataset.names
        self.labelled = [i for i in dataset.labelled if i not in self.hidden]
        self.absent = tuple(i for i in dataset.absent if i not in self.hidden)
        self.has_depth = dataset.has_depth
        # A two-way label with a hidden surface would still show where it is.
        self.two_way = () if set(dataset.two_way) & set(self.hidden) else dataset.two_way

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        sample = self.dataset[index]
        walkable = sample.walkable if self.two_way else None
        surfaces = self._hide(sample.surfaces)
        return dataclasses.replace(sample, surfaces=surfaces, walkable=walkable)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the files of a sample (see ``Dataset``)."""
        return self.dataset.files(index)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return the surface ids of a sample (see ``Dataset``)."""
        return self._hide(self.dataset.surfaces(index))

    def _hide(self, surfaces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        margin_px = max(1, round(HIDDEN_MARGIN * float(np.hypot(*surfaces.shape))))
        kernel = np.ones((2 * margin_px + 1, 2 * margin_px + 1), np.uint8)
        hole = cv2.dilate(np.isin(surfaces, self.hidden).astype(np.uint8), kernel)
        return np.where(hole > 0, np.uint8(UNLABELLED), surfaces)
