"""The interface of every dataset: labelled images in the project's surface taxonomy."""

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
        rgb: Image (height, width, 3), uint8.
        surfaces: Surface ids (height, width), uint8; ``UNLABELLED`` where unknown.
        depth_m: Z-depth (height, width) in metres, 0 where unknown; None without depth.
        focal_px: Focal length of the camera in pixels at this size; None without depth.
        walkable: Two-way label (height, width), uint8: 1 where the surface is one of the
            dataset's ``two_way`` ids, 0 where it is not, ``UNLABELLED`` where unknown; None
            where the dataset names surfaces instead.
    """

    rgb: NDArray[np.uint8]
    surfaces: NDArray[np.uint8]
    depth_m: NDArray[np.float32] | None = None
    focal_px: float | None = None
    walkable: NDArray[np.uint8] | None = None


class Dataset(abc.ABC):
    """Labelled images by index.

    Attributes:
        names: Name of each sample.
        labelled: Surface ids that the masks distinguish. A head is trained and scored on these
            ids alone.
        absent: Surface ids that cannot occur in these images, so that every labelled pixel is
            an example against them.
        has_depth: Whether samples carry depth.
        two_way: Surface ids that 1 stands for in ``Sample.walkable``; empty without such labels.
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
            DataError: A file of the sample is missing, broken or of another size.
        """

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the files of a sample, the image first; empty if it has no files."""
        return ()

    @abc.abstractmethod
    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return the surface ids of a sample (height, width) without reading its image."""


class Reader(Dataset):
    """A dataset that is read from a folder; built from the folder and the name of a split."""

    @classmethod
    @abc.abstractmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the names of the splits in a folder of this layout."""


def class_fractions(dataset: Dataset, num_surfaces: int) -> NDArray[np.float64]:
    """Return the fraction of the labelled pixels that each surface covers, (num_surfaces,)."""

    def count(index: int) -> NDArray[np.int64]:
        return np.bincount(dataset.surfaces(index).ravel(), minlength=256)[:num_surfaces]

    # OpenCV decodes without the interpreter lock, and a rendered set may hold 10,000 masks.
    with ThreadPoolExecutor() as pool:
        counts = sum(pool.map(count, range(len(dataset))), np.zeros(num_surfaces))
    return counts / max(counts.sum(), 1.0)
