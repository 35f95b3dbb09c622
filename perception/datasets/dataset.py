"""What every dataset gives: labelled images in the one taxonomy."""

from __future__ import annotations

import abc
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Sample:
    """One labelled image.

    Attributes:
        rgb: (height, width, 3) uint8.
        surfaces: (height, width) uint8 ids of the taxonomy, ``UNLABELLED`` where unknown.
        depth_m: z-depth (height, width) in metres, 0 where unknown; None without depth.
        focal_px: the camera's focal length in pixels at this size; None without depth.
        walkable: a two-way label (height, width) uint8: 1 where the surface is one of the
            dataset's ``two_way`` ids, 0 where it is none of them, ``UNLABELLED`` where unknown;
            None where the dataset names surfaces instead.
    """

    rgb: NDArray[np.uint8]
    surfaces: NDArray[np.uint8]
    depth_m: NDArray[np.float32] | None = None
    focal_px: float | None = None
    walkable: NDArray[np.uint8] | None = None


class Dataset(abc.ABC):
    """Samples by index.

    Attributes:
        names: one for each sample.
        labelled: the taxonomy's ids that this dataset's masks tell apart; a head is trained
            and scored on no others here.
        absent: ids that no place it shows can hold; its every labelled pixel says so.
        has_depth: whether samples carry depth.
        two_way: the ids that 1 stands for in ``Sample.walkable``; empty without such labels.
    """

    names: list[str]
    labelled: list[int]
    absent: tuple[int, ...] = ()
    has_depth: bool = False
    two_way: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @abc.abstractmethod
    def __getitem__(self, index: int) -> Sample:
        """Return a sample.

        Raises:
            DataError: one of its files is missing, broken or of another size.
        """

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the files that a sample is read from, its image first; none if it is made up."""
        return ()

    @abc.abstractmethod
    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a sample's mask alone, in the taxonomy."""


class Reader(Dataset):
    """A dataset that is read from a folder; made from the folder and the name of a split."""

    @classmethod
    @abc.abstractmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the names of the splits that a folder of this layout holds."""


def class_shares(dataset: Dataset, num_surfaces: int) -> NDArray[np.float64]:
    """Return each surface's share of the dataset's labelled pixels, (num_surfaces,)."""

    def count(index: int) -> NDArray[np.int64]:
        return np.bincount(dataset.surfaces(index).ravel(), minlength=256)[:num_surfaces]

    # Decoding waits for no interpreter, and a rendered dataset may hold ten thousand masks.
    with ThreadPoolExecutor() as pool:
        counts = sum(pool.map(count, range(len(dataset))), np.zeros(num_surfaces))
    return counts / max(counts.sum(), 1.0)
