"""The video: head images are rendered and encoded in a process of their own.

Rendering inside the control loop would slow it down; a process of its own holds no lock of ours.
One state is on its way at a time, so that neither side ever waits and no image is of old news.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import Drive2WalkError
from drive2walk.robot.geometry.arrays import Image

JPEG_QUALITY = 80
NICENESS = 10


class HeadView(Protocol):
    """Shows what the robot's head camera sees in one scene."""

    def render(self, state: NDArray[np.float64]) -> Image:
        """Return the image (height, width, 3) RGB of a MuJoCo state (n,)."""

    def close(self) -> None:
        """Free the renderer."""


class Overlay(Protocol):
    """Something that is drawn over the image on demand; it is pickled and loads what it needs."""

    def load(self) -> Callable[[Image], Image]:
        """Return what draws over an image (height, width, 3) RGB."""


@dataclasses.dataclass(frozen=True)
class VideoSource:
    """What the video process makes its images with.

    Attributes:
        view: called with a scene (JSON); a function or class at the top of a module.
        overlay: what is drawn over an image on demand.
    """

    view: Callable[[dict[str, Any]], HeadView]
    overlay: Overlay | None = None


class VideoProcess:
    """Turns states into JPEG images.

    Args:
        source: what makes the images.
        on_image: called from a thread with each JPEG.
        on_error: called from a thread with the reason when there can be no images.
    """

    def __init__(
        self,
        source: VideoSource,
        on_image: Callable[[bytes], None],
        on_error: Callable[[str], None],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_make_images, args=(theirs, source), name="video", daemon=True
        )
        self._process.start()
        theirs.close()
        self._closing = False
        self._idle = threading.Event()
        self._idle.set()
        self._on_image, self._on_error = on_image, on_error
        self._thread = threading.Thread(target=self._listen, name="video", daemon=True)
        self._thread.start()

    def show(self, scene: dict[str, Any], state: NDArray[np.float64], overlay: bool) -> None:
        """Have this state drawn, unless the last one still is; never waits."""
        if not self._idle.is_set():
            return
        self._idle.clear()
        try:
            self._connection.send((scene, state, overlay))
        except OSError:
            # The process has ended; its last words went to on_error.
            return

    def close(self) -> None:
        """End the process. Safe to call twice."""
        self._closing = True
        self._process.terminate()
        self._process.join()
        self._thread.join()
        self._connection.close()

    def _listen(self) -> None:
        try:
            while True:
                kind, content = self._connection.recv()
                if kind == "image":
                    self._on_image(content)
                    self._idle.set()
                else:
                    self._on_error(content)
                    return
        except (EOFError, OSError):
            if not self._closing:
                self._on_error("the video process has ended; start the console again for video")


def _make_images(connection: Connection, source: VideoSource) -> None:
    """Answer states with images until the other side ends; errors end it with a reason."""
    # Ctrl-C reaches the whole group of processes; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where cores are few, the control loop comes first.
    os.nice(NICENESS)
    try:
        studio = _Studio(source)
        while True:
            image = studio.picture(*connection.recv())
            connection.send(("image", encode_jpeg(image)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Drive2WalkError as error:
        connection.send(("error", str(error)))


class _Studio:
    """Keeps the view of the newest scene, and the overlay once it was asked for."""

    def __init__(self, source: VideoSource) -> None:
        self._source = source
        self._scene: dict[str, Any] | None = None
        self._view: HeadView | None = None
        self._loader = ThreadPoolExecutor(max_workers=1)
        self._drawing: Future[Callable[[Image], Image]] | None = None

    def picture(self, scene: dict[str, Any], state: NDArray[np.float64], overlay: bool) -> Image:
        """Return the image of a state, with the overlay if it is wanted and there is one."""
        if self._view is None or scene != self._scene:
            if self._view is not None:
                self._view.close()
            self._view, self._scene = self._source.view(scene), scene
        image = self._view.render(state)
        if not overlay or self._source.overlay is None:
            return image
        if self._drawing is None:
            # It takes seconds, in which the plain images go on.
            self._drawing = self._loader.submit(self._source.overlay.load)
        return self._drawing.result()(image) if self._drawing.done() else image


def encode_jpeg(image: Image) -> bytes:
    """Return an image (height, width, 3) RGB as JPEG."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
