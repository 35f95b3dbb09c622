"""Depth and segmentation of a recorded episode, rendered when they are wanted."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import write_durably
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera
from drive2walk.teleop.rendering.episode_images import Build, Renderer


def write_depth_images(episode: Episode, camera: VideoCamera, out: Path, build: Build) -> int:
    """Write depth/FRAME.png (millimetres), segmentation/FRAME.png and geoms.json to ``out``.

    A pixel of the segmentation is the place in geoms.json of what it shows; place 0 is nothing.

    Args:
        episode: with its frames.
        camera: one of the episode's.
        out: a folder, made where there is none.
        build: makes the world of a scene.

    Returns:
        The number of frames.

    Raises:
        DataError: the states don't fit the rebuilt world, or ``out`` can't be written.
        RenderError: this machine can't render.
    """
    model = build(episode.scene).model
    names = ["", *(_name(model.geom(k).name, k) for k in range(model.ngeom))]
    write_durably(out / "geoms.json", json.dumps(names).encode())
    count = 0
    images = Renderer(build).depth_and_geoms(episode.scene, episode.columns["sim.qpos"], camera)
    for count, (depth_mm, geoms) in enumerate(images, start=1):
        write_durably(out / "depth" / f"{count - 1:06d}.png", _png(depth_mm))
        write_durably(out / "segmentation" / f"{count - 1:06d}.png", _png(geoms))
    return count


def _name(name: str, number: int) -> str:
    return name or f"geom {number}"


def _png(image: NDArray[np.uint16]) -> bytes:
    written, buffer = cv2.imencode(".png", image)
    if not written:
        raise DataError("an image can't be written as PNG.")
    return bytes(buffer.tobytes())
