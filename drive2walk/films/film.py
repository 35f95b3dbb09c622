"""A film: an H.264 file that frames are added to."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import av

from drive2walk.robot.geometry.arrays import Image

DEMO_FRAMES_PER_S = 10
DEMO_SIZE = (960, 480)


class Film:
    """An H.264 film, as a context that closes the file.

    Args:
        path: Path of the .mp4 file.
        frames_per_s: Frame rate.
        size: Width and height in pixels.
    """

    def __init__(
        self,
        path: Path,
        frames_per_s: int = DEMO_FRAMES_PER_S,
        size: tuple[int, int] = DEMO_SIZE,
    ) -> None:
        # In fragments, what was written plays even if the program is killed.
        flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        self._container = av.open(str(path), mode="w", options=flags)
        self._stream = self._container.add_stream("libx264", rate=frames_per_s)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": "26", "preset": "veryfast", "g": "20"}

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def add(self, image: Image) -> None:
        """Append one RGB frame (height, width, 3)."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
