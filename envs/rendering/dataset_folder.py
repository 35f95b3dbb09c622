"""A dataset folder being written: every file appears whole or not at all.

images/NAME.jpg, masks/NAME.png (class index), depth/NAME.png (millimetres), lidar/NAME.npz where
it was scanned, classes.yaml, cameras.json, split.yaml, scene.yaml; scenes/SEED.json is one
scene's part of the index.
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
PART = ".part"  # ending of a file that is still being written


class DatasetFolder:
    """Writes frames and their index to ``path``; goes on where a killed run stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, settings: dict[str, Any], classes: tuple[str, ...]) -> None:
        """Create the folder, or check that it was begun with the same ``settings``.

        Raises:
            DataError: it was begun with other settings, or can't be written.
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
        rendered = self.path / "render.yaml"
        if rendered.is_file():
            begun = yaml.safe_load(rendered.read_text(encoding="utf-8"))
            if begun != settings:
                raise DataError(
                    f"'{self.path}' was begun with other settings ({begun}). "
                    "Give the same settings to go on, or another folder."
                )
        _replace(self.path / "classes.yaml", _yaml({"classes": list(classes)}))
        _replace(rendered, _yaml(settings))

    def has_scene(self, seed: int) -> bool:
        """Tell whether a scene's frames are all there."""
        return self._record(seed).is_file()

    def write_frame(
        self,
        name: str,
        rgb: NDArray[np.uint8],
        mask: NDArray[np.uint8],
        depth_m: NDArray[np.float32],
        scan: Scan | None = None,
    ) -> None:
        """Write one frame; the image, which makes it count, comes last."""
        if scan is not None:
            (self.path / "lidar").mkdir(exist_ok=True)
            _replace(self.path / "lidar" / f"{name}.npz", _packed(scan))
        depth = np.clip(np.round(depth_m * 1000), 0, MAX_DEPTH_MM).astype(np.uint16)
        _replace(self.path / "masks" / f"{name}.png", _encoded(".png", mask))
        _replace(self.path / "depth" / f"{name}.png", _encoded(".png", depth))
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        image = _encoded(".jpg", np.ascontiguousarray(rgb[..., ::-1]), options)
        _replace(self.path / "images" / f"{name}.jpg", image)

    def finish_scene(
        self, seed: int, parameters: dict[str, Any], cameras: dict[str, dict[str, Any]]
    ) -> None:
        """Note that a scene is complete: the factors it was drawn with and its cameras."""
        record = {"seed": seed, "parameters": parameters, "cameras": cameras}
        _replace(self._record(seed), json.dumps(record).encode())

    def write_index(
        self, settings: dict[str, Any], val_seeds: set[int]
    ) -> dict[int, dict[str, Any]]:
        """Write cameras.json, split.yaml and scene.yaml from the scenes' records.

        Returns:
            The factors that each scene was drawn with, by its seed.
        """
        cameras: dict[str, Any] = {}
        parameters: dict[int, dict[str, Any]] = {}
        split: dict[str, list[str]] = {"train": [], "val": []}
        for path in sorted((self.path / "scenes").glob("*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            cameras |= record["cameras"]
            parameters[record["seed"]] = record["parameters"]
            split["val" if record["seed"] in val_seeds else "train"] += list(record["cameras"])
        _replace(self.path / "cameras.json", json.dumps(cameras).encode())
        _replace(self.path / "split.yaml", _yaml(split))
        _replace(self.path / "scene.yaml", _yaml({**settings, "parameters": parameters}))
        return parameters

    def _record(self, seed: int) -> Path:
        return self.path / "scenes" / f"{seed}.json"


def _yaml(values: dict[str, Any]) -> bytes:
    return str(yaml.safe_dump(values, sort_keys=False)).encode()


def _encoded(ending: str, image: NDArray[Any], options: list[int] | None = None) -> bytes:
    _, buffer = cv2.imencode(ending, image, options or [])
    return bytes(buffer.tobytes())


def _packed(scan: Scan) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **scan._asdict())
    return buffer.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside ``path`` and move it there, so that it is never seen half written."""
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(
            f"can't write '{path}': {error.strerror}. Mend that and run again."
        ) from error
