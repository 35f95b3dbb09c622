"""A small moving picture of a film, for a web page."""

from __future__ import annotations

from pathlib import Path

import av

from drive2walk.experiment.errors import DataError
from drive2walk.robot.geometry.arrays import Image

WIDTH = 720
FRAMES_PER_S = 8
QUALITY = 45


def write_preview(film: Path, out: Path, speed: float, max_seconds: float) -> None:
    """Write a film as an animated WebP that repeats.

    Args:
        film: Film to read.
        out: The .webp file to write.
        speed: Speed of the picture as a multiple of the film's.
        max_seconds: Greatest length of the picture in seconds.

    Raises:
        DataError: The film can't be read, or ``out`` isn't a .webp file.
    """
    if out.suffix != ".webp":
        raise DataError(f"'{out}' is not a .webp file. Give a name that ends in .webp.")
    frames = _read_frames(film, speed, max_seconds)
    out.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(out), mode="w", options={"loop": "0"}) as container:
        stream = container.add_stream("libwebp_anim", rate=FRAMES_PER_S)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"quality": str(QUALITY), "compression_level": "6"}
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


def _read_frames(film: Path, speed: float, max_seconds: float) -> list[Image]:
    frames: list[Image] = []
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
        # The film of a killed demo ends early; the frames before its end are used.
        if not frames:
            raise DataError(f"'{film}' is not a film ({error}). Give a demo.mp4.") from error
    if not frames:
        raise DataError(f"'{film}' holds no frames. Give the demo.mp4 of a demo that has run.")
    return frames
