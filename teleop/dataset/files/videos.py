"""An episode's video: H.264 with frame k at k / fps seconds, for random access."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from drive2walk.experiment.errors import DataError
from drive2walk.robot.geometry.arrays import Image
from drive2walk.teleop.dataset.files.durable import durable, make_read_error
from drive2walk.teleop.dataset.files.episode import Episode, VideoCamera

CODEC, ENCODER, PIXEL_FORMAT = "h264", "libx264", "yuv420p"
# Key frames are dense, at least at every new image, and there are no B-frames, because training
# reads frames in random order.
KEY_FRAME_INTERVAL = 2
# Tag of the file that holds the hash of the states it was made from.
STATES_TAG = "comment"
# Videos may be made while the robot moves, which needs the other core.
THREADS = 1
# x264's constant rate factor. With so many key frames a larger one saves little space.
QUALITY = "23"


def write_video(path: Path, images: Iterator[Image], camera: VideoCamera, episode: Episode) -> None:
    """Write images as a video; the file at ``path`` is complete, or the call fails.

    Args:
        path: Path of the MP4 file.
        images: RGB images (height, width, 3), one per frame of the episode.
        camera: Camera of the images.
        episode: Episode from whose states they were rendered.

    Raises:
        DataError: The file can't be written.
        ValueError: There are more or fewer images than frames.
    """
    with durable(path) as part:
        options = {"movflags": "+faststart"}
        with av.open(str(part), mode="w", format="mp4", options=options) as container:
            stream = container.add_stream(ENCODER, rate=episode.setup.fps)
            stream.codec_context.thread_count = THREADS
            stream.width, stream.height, stream.pix_fmt = camera.width, camera.height, PIXEL_FORMAT
            stream.options = {
                "crf": QUALITY,
                "preset": "veryfast",
                "g": str(max(KEY_FRAME_INTERVAL, camera.image_frames)),
                "bf": "0",
            }
            container.metadata[STATES_TAG] = episode.states_id
            count = 0
            for image in images:
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame = frame.reformat(format=PIXEL_FORMAT, threads=THREADS)
                frame.pts, frame.time_base = count, Fraction(1, episode.setup.fps)
                container.mux(stream.encode(frame))
                count += 1
            container.mux(stream.encode(None))
        if count != episode.length:
            raise ValueError(f"{count} images of {episode.length} frames")


def read_video(path: Path) -> Iterator[tuple[float, av.VideoFrame]]:
    """Yield the frames of a video and their times in seconds.

    Raises:
        DataError: The file can't be read, or is cut off.
    """
    try:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_count = THREADS
            for frame in container.decode(video=0):
                yield float(frame.pts * frame.time_base), frame
    except (av.FFmpegError, OSError, IndexError) as error:
        raise make_read_error(path, error) from error


def read_images(path: Path, frames: list[int], fps: int) -> Image:
    """Return the frames of a video with these indices, (len(frames), height, width, 3) RGB.

    Raises:
        DataError: The file can't be read, or lacks one of the frames.
    """
    images: list[Image] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_count = THREADS
            for number in frames:
                target = round(Fraction(number, fps) / stream.time_base)
                container.seek(target, stream=stream)
                found = next((f for f in container.decode(stream) if f.pts >= target), None)
                if found is None or found.pts != target:
                    raise DataError(
                        f"'{path}' has no frame {number}. Run drive2walk teleop repair."
                    )
                images.append(found.to_ndarray(format="rgb24", threads=THREADS))
    except (av.FFmpegError, OSError, IndexError) as error:
        raise make_read_error(path, error) from error
    return np.stack(images)


def find_video_fault(path: Path, camera: VideoCamera, episode: Episode) -> str | None:
    """Decode an episode's video and return its first fault, None if there is none."""
    if not path.is_file():
        return f"'{path}' is missing"
    count, fps, length = 0, episode.setup.fps, episode.length
    try:
        if _read_states_id(path) != episode.states_id:
            return f"'{path}' shows another episode"
        for time_s, frame in read_video(path):
            if (frame.width, frame.height) != (camera.width, camera.height):
                return (
                    f"'{path}' is {frame.width}x{frame.height}, not {camera.width}x{camera.height}"
                )
            if abs(time_s - count / fps) > 1e-4:
                return f"frame {count} of '{path}' is at {time_s:.4f} s, not {count / fps:.4f} s"
            count += 1
    except DataError as error:
        return str(error)
    return None if count == length else f"'{path}' has {count} frames, not {length}"


def _read_states_id(path: Path) -> str | None:
    try:
        with av.open(str(path)) as container:
            return container.metadata.get(STATES_TAG)
    except (av.FFmpegError, OSError) as error:
        raise make_read_error(path, error) from error


def describe_video(camera: VideoCamera, fps: int) -> dict[str, Any]:
    """Return the description of a camera's video in info.json."""
    return {
        "dtype": "video",
        "shape": [camera.height, camera.width, 3],
        "names": ["height", "width", "channels"],
        "info": {
            "video.height": camera.height,
            "video.width": camera.width,
            "video.codec": CODEC,
            "video.pix_fmt": PIXEL_FORMAT,
            "video.fps": fps,
            "video.channels": 3,
            "video.is_depth_map": False,
            "is_depth_map": False,
            "has_audio": False,
        },
    }
