"""A lidar scan and its file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError


@dataclasses.dataclass(frozen=True)
class LidarScan:
    """A scan with the pose of the camera at the time of its image.

    Attributes:
        points: Returns (n, 3) in metres in the camera's optical frame.
        R_gravity_camera: Attitude of the camera (3, 3), from the IMU.
        head_height_m: Height of the camera above the soles, from the joints.
    """

    points: NDArray[np.float32]
    R_gravity_camera: NDArray[np.float64]
    head_height_m: float


def read_scan(path: Path) -> LidarScan:
    """Read a scan from a .npz file that holds the attributes of ``LidarScan``.

    Raises:
        DataError: The file is missing, cut off, or not a scan.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            points, rotation = arrays["points"], arrays["R_gravity_camera"]
            scan = LidarScan(points, rotation, float(arrays["head_height_m"]))
    except Exception as error:  # zip, zlib, NumPy and the system raise different exceptions
        reason = " ".join(str(error).split())
        raise DataError(f"'{path}' is no lidar scan ({reason}). Record it again.") from error
    shapes = scan.points.shape, scan.R_gravity_camera.shape
    if len(shapes[0]) != 2 or shapes[0][1] != 3 or shapes[1] != (3, 3):
        raise DataError(
            f"'{path}': points have shape {shapes[0]} and R_gravity_camera {shapes[1]}; "
            "(n, 3) and (3, 3) are needed."
        )
    return scan
