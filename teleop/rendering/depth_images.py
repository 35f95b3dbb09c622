"""Depth and segmentation images of a recorded episode, rendered on demand."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import write_durably
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.rendering.episode_images import BuildWorld, EpisodeRenderer


def write_depth_images(episode: Episode, camera: VideoCamera, out: Path, build: BuildWorld) -> int:
    """Write depth/FRAME.png (millimetres), segmentation/FRAME.png and geoms.json to ``out``.

    A pixel of the segmentation is an index into geoms.json; index 0 is nothing.

    Args:
        episode: Episode with its frames.
        camera: One of the episode's cameras.
        out: Folder of the images; created if needed.
        build: Builds the world of a scene.

    Returns:
        Number of frames.

    Raises:
        DataError: The states don't fit the rebuilt world, or ``out`` can't be written.
        RenderError: This machine can't render.
    """
    model = build(episode.scene).model
    names = ["", *(model.geom(k).name or f"geom {k}" for k in range(model.ngeom))]
    write_durably(out / "geoms.json", json.dumps(names).encode())
    count = 0
    renderer = EpisodeRenderer(build)
    images = renderer.depth_and_geoms(episode.scene, episode.columns["sim.qpos"], camera)
    for count, (depth_mm, geoms) in enumerate(images, start=1):
        write_durably(out / "depth" / f"{count - 1:06d}.png", _encode_png(depth_mm))
        write_durably(out / "segmentation" / f"{count - 1:06d}.png", _encode_png(geoms))
    return count


def _encode_png(image: NDArray[np.uint16]) -> bytes:
    written, buffer = cv2.imencode(".png", image)
    if not written:
        raise DataError("an image can't be encoded as PNG. Check the installation of OpenCV.")
    return bytes(buffer.tobytes())
