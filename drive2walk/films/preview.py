"""A small moving picture of a film, for a README."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import DataError

WIDTH = 720
FRAMES_PER_S = 8
QUALITY = 45


def write_preview(film: Path, out: Path, speed: float, max_seconds: float) -> None:
    """Write the film as an endless animated WebP, ``speed`` times as fast.

    Raises:
        DataError: the film can't be read, or ``out`` isn't a .webp file.
    """
    if out.suffix != ".webp":
        raise DataError(f"'{out}' is not a .webp file. Give a name that ends in .webp.")
    frames = _frames(film, speed, max_seconds)
    out.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(out), mode="w", options={"loop": "0"}) as container:
        stream = container.add_stream("libwebp_anim", rate=FRAMES_PER_S)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"quality": str(QUALITY), "compression_level": "6"}
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


def _frames(film: Path, speed: float, max_seconds: float) -> list[NDArray[np.uint8]]:
    frames: list[NDArray[np.uint8]] = []
    try:
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            height = round(WIDTH * stream.height / stream.width / 2) * 2
            for frame in container.decode(stream):
                shown = len(frames) / FRAMES_PER_S
                if shown >= max_seconds:
                    break
                if frame.time >= shown * speed:
                    frames.append(frame.reformat(WIDTH, height, format="rgb24").to_ndarray())
    except (av.FFmpegError, IndexError) as error:
        # The film of a demo that was killed breaks off; what it holds until then is shown.
        if not frames:
            raise DataError(f"'{film}' is not a film ({error}). Give a demo.mp4.") from error
    if not frames:
        raise DataError(f"'{film}' holds no frames. Give the demo.mp4 of a demo that has run.")
    return frames
