"""A folder of images with lidar scans, which replace masks: images/, lidar/ and cameras.json.

lidar/NAME.npz holds the ``LidarScan`` at the time of images/NAME, and cameras.json the pinhole
parameters of each image. The reader uses split.yaml as well. It never opens masks, rendered depth
or poses in the same folder.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.folder_layout import (
    SPLIT_FILE,
    list_splits,
    read_cameras,
    select_split,
)
from drive2walk.perception.datasets.images import list_images, read_rgb, require_same_size
from drive2walk.perception.datasets.lidar.lidar_labels import StepLimits, lidar_labels
from drive2walk.perception.datasets.lidar.lidar_scan import read_scan
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import load_robot
from drive2walk.robot.surfaces import UNLABELLED, surface_ids

PINHOLE = ("width", "height", "fx", "fy", "cx", "cy")


class LidarFolder(Reader):
    """Images with two-way labels and sparse depth from a lidar; the labels name no surface."""

    def __init__(self, root: Path, split: str, robot: str = "unitree_g1") -> None:
        """Find the images of a split.

        Args:
            root: Folder of the dataset.
            split: Name of a list in split.yaml; ignored without that file.
            robot: Robot whose limits of step and slope decide what is walkable.

        Raises:
            DataError: A part of the layout is missing or wrong; the message names the file.
        """
        spec = load_robot(robot)
        self.limits = StepLimits.from_spec(spec)
        self.two_way = tuple(surface_ids(spec.walkable_surfaces))
        self.labelled = []
        self.has_depth = True
        self.images = select_split(list_images(root / "images"), root / SPLIT_FILE, split)
        self.names = [path.stem for path in self.images]
        self.scans = [root / "lidar" / f"{name}.npz" for name in self.names]
        if not (root / "lidar").is_dir():
            raise DataError(
                f"no folder '{root / 'lidar'}'. It must hold a scan for every image; "
                "'drive2walk envs render --lidar' writes them."
            )
        self.pinholes = _read_pinholes(root / "cameras.json", self.names)

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return the splits in split.yaml (see ``Reader``); "all" without that file."""
        return list_splits(root)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return the image and the scan of a sample (see ``Dataset``)."""
        return self.images[index], self.scans[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        pinhole = self.pinholes[index]
        walkable, depth_m = lidar_labels(read_scan(self.scans[index]), pinhole, self.limits)
        require_same_size(rgb, walkable, self.images[index], self.scans[index])
        return Sample(rgb, self.surfaces(index), depth_m, pinhole.fx, walkable)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return an unlabelled mask (see ``Dataset``): a lidar names no surface."""
        pinhole = self.pinholes[index]
        return np.full((pinhole.height, pinhole.width), UNLABELLED, np.uint8)


def _read_pinholes(path: Path, names: list[str]) -> list[Pinhole]:
    cameras = read_cameras(path)
    pinholes = []
    for name in names:
        try:
            width, height, *lengths = (cameras[name][key] for key in PINHOLE)
            pinholes.append(Pinhole(int(width), int(height), *(float(v) for v in lengths)))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"'{path}' must give {', '.join(PINHOLE)} of '{name}', in pixels."
            ) from error
    return pinholes
