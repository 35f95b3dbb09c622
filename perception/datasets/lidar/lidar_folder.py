"""A folder that nobody labelled: images/, lidar/ and cameras.json; the robot's lidar labels it.

lidar/NAME.npz holds a ``LidarScan`` of the moment of images/NAME: points, R_gravity_camera and
head_height_m (``perception/lidar_labels.py``); cameras.json holds each image's pinhole. Masks,
rendered depth and poses that may lie beside them are never opened, but split.yaml is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.perception.datasets.dataset import Reader, Sample
from drive2walk.perception.datasets.folder import (
    SPLIT_FILE,
    read_cameras,
    select_split,
    split_names,
)
from drive2walk.perception.datasets.images import list_images, read_rgb, require_same_size
from drive2walk.perception.datasets.lidar.lidar_labels import StepLimits, lidar_labels, read_scan
from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.spec import load_robot
from drive2walk.robot.surfaces import UNLABELLED, surface_ids

PINHOLE = ("width", "height", "fx", "fy", "cx", "cy")


class LidarFolder(Reader):
    """Images with two-way labels and sparse depth from a lidar; no surface has a name."""

    def __init__(self, root: Path, split: str, robot: str = "unitree_g1") -> None:
        """Find the images of a split.

        Args:
            root: the folder.
            split: a list in split.yaml; without that file, everything.
            robot: whose step and slope decide what is walkable.

        Raises:
            DataError: a part of the layout is missing or wrong; the message names the file.
        """
        spec = load_robot(robot)
        self.limits = StepLimits.of(spec)
        self.two_way = tuple(surface_ids(spec.walkable_surfaces))
        self.labelled = []
        self.has_depth = True
        self.images = select_split(list_images(root / "images"), root / SPLIT_FILE, split)
        self.names = [path.stem for path in self.images]
        self.scans = [root / "lidar" / f"{name}.npz" for name in self.names]
        if not (root / "lidar").is_dir():
            raise DataError(
                f"no folder '{root / 'lidar'}'. It holds a scan for every image; "
                "'drive2walk envs render --lidar' writes them."
            )
        self.pinholes = _pinholes(root / "cameras.json", self.names)

    @classmethod
    def splits(cls, root: Path) -> list[str]:
        """Return what split.yaml lists (see ``Reader``); "all" without that file."""
        return split_names(root)

    def files(self, index: int) -> tuple[Path, ...]:
        """Return a sample's image and scan (see ``Dataset``)."""
        return self.images[index], self.scans[index]

    def __getitem__(self, index: int) -> Sample:
        """Return a sample (see ``Dataset``)."""
        rgb = read_rgb(self.images[index])
        pinhole = self.pinholes[index]
        walkable, depth_m = lidar_labels(read_scan(self.scans[index]), pinhole, self.limits)
        require_same_size(rgb, walkable, self.images[index], self.scans[index])
        return Sample(rgb, self.surfaces(index), depth_m, pinhole.fx, walkable)

    def surfaces(self, index: int) -> NDArray[np.uint8]:
        """Return a mask without a label (see ``Dataset``): a lidar names no surface."""
        pinhole = self.pinholes[index]
        return np.full((pinhole.height, pinhole.width), UNLABELLED, np.uint8)


def _pinholes(path: Path, names: list[str]) -> list[Pinhole]:
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
