"""Writing of a dataset folder; every file appears whole or not at all.

The folder holds images/NAME.jpg, masks/NAME.png (class index), depth/NAME.png (millimetres),
lidar/NAME.npz for frames with a scan, classes.yaml, cameras.json, split.yaml and scene.yaml.
scenes/SEED.json is the part of the index for one scene.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from drive2walk.envs.sensors.lidar import Scan
from drive2walk.experiment.errors import DataError

JPEG_QUALITY = 92
MAX_DEPTH_MM = 65535
# Ending of a file that is being written.
PART = ".part"


class DatasetFolder:
    """A dataset folder that is being written, or completed after an interrupted run.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, settings: dict[str, Any], classes: tuple[str, ...]) -> None:
        """Create the folder, or check that it was begun with the same settings.

        Args:
            settings: Settings that the frames depend on.
            classes: Class names in the order of the masks' indices.

        Raises:
            DataError: The folder was begun with other settings, or can't be written.
        """
        try:
            for folder in ("images", "masks", "depth", "scenes"):
                (self.path / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"can't write to '{self.path}': {error.strerror}. Give another folder."
            ) from error
        for stale in self.path.rglob(f".*{PART}"):
            stale.unlink()
        settings_path = self.path / "render.yaml"
        if settings_path.is_file():
            begun = yaml.safe_load(settings_path.read_text(encoding="utf-8"))
            if begun != settings:
                raise DataError(
                    f"'{self.path}' was begun with other settings ({begun}). "
                    "Give the same settings to continue, or another folder."
                )
        _replace_file(self.path / "classes.yaml", _encode_yaml({"classes": list(classes)}))
        _replace_file(settings_path, _encode_yaml(settings))

    def has_scene(self, seed: int) -> bool:
        """Return whether a scene is complete."""
        return self._scene_path(seed).is_file()

    def write_frame(
        self,
        name: str,
        rgb: NDArray[np.uint8],
        mask: NDArray[np.uint8],
        depth_m: NDArray[np.float32],
        scan: Scan | None = None,
    ) -> None:
        """Write one frame.

        Args:
            name: Name of the files, without ending.
            rgb: Colour image, (height, width, 3).
            mask: Class indices, (height, width).
            depth_m: Distances along the optical axis, (height, width); 0 is the sky.
            scan: Lidar scan.
        """
        if scan is not None:
            (self.path / "lidar").mkdir(exist_ok=True)
            _replace_file(self.path / "lidar" / f"{name}.npz", _encode_scan(scan))
        depth = np.clip(np.round(depth_m * 1000), 0, MAX_DEPTH_MM).astype(np.uint16)
        _replace_file(self.path / "masks" / f"{name}.png", _encode_image(".png", mask))
        _replace_file(self.path / "depth" / f"{name}.png", _encode_image(".png", depth))
        # The image comes last: readers list the images.
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        image = _encode_image(".jpg", np.ascontiguousarray(rgb[..., ::-1]), options)
        _replace_file(self.path / "images" / f"{name}.jpg", image)

    def finish_scene(
        self, seed: int, parameters: dict[str, Any], cameras: dict[str, dict[str, Any]]
    ) -> None:
        """Record that a scene is complete.

        Args:
            seed: Seed of the scene.
            parameters: Random parameters of the scene.
            cameras: Camera of each frame, by the frame's name.
        """
        record = {"seed": seed, "parameters": parameters, "cameras": cameras}
        _replace_file(self._scene_path(seed), json.dumps(record).encode())

    def write_index(
        self, settings: dict[str, Any], val_seeds: set[int]
    ) -> dict[int, dict[str, Any]]:
        """Write cameras.json, split.yaml and scene.yaml from the records of the scenes.

        Args:
            settings: Settings that the frames depend on.
            val_seeds: Seeds of the scenes for validation.

        Returns:
            The random parameters of each scene, by its seed.
        """
        cameras: dict[str, Any] = {}
        parameters: dict[int, dict[str, Any]] = {}
        split: dict[str, list[str]] = {"train": [], "val": []}
        for path in sorted((self.path / "scenes").glob("*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            cameras |= record["cameras"]
            parameters[record["seed"]] = record["parameters"]
            split["val" if record["seed"] in val_seeds else "train"] += list(record["cameras"])
        _replace_file(self.path / "cameras.json", json.dumps(cameras).encode())
        _replace_file(self.path / "split.yaml", _encode_yaml(split))
        index = _encode_yaml({**settings, "parameters": parameters})
        _replace_file(self.path / "scene.yaml", index)
        return parameters

    def _scene_path(self, seed: int) -> Path:
        return self.path / "scenes" / f"{seed}.json"


def _encode_yaml(values: dict[str, Any]) -> bytes:
    return str(yaml.safe_dump(values, sort_keys=False)).encode()


def _encode_image(ending: str, image: NDArray[Any], options: list[int] | None = None) -> bytes:
    _, buffer = cv2.imencode(ending, image, options or [])
    return bytes(buffer.tobytes())


def _encode_scan(scan: Scan) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **scan._asdict())
    return buffer.getvalue()


def _replace_file(path: Path, content: bytes) -> None:
    """Write a file beside ``path`` and move it there, so that readers never see half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(
            f"can't write '{path}': {error.strerror}. Correct that and run again."
        ) from error
