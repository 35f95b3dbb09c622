"""The video: head images are rendered and encoded in their own process.

Rendering inside the control loop would slow it down, and a thread would hold the interpreter's
lock. Only one state is in progress at a time, so neither side waits and no image is outdated.
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
    """The view of the robot's head camera in one scene."""

    def render(self, state: NDArray[np.float64]) -> Image:
        """Return the image (height, width, 3) RGB at a MuJoCo state (n,)."""

    def close(self) -> None:
        """Free the renderer."""


class Overlay(Protocol):
    """A drawing over the image, on demand; it is pickled and then loads what it needs."""

    def load(self) -> Callable[[Image], Image]:
        """Return a function that draws over an image (height, width, 3) RGB."""


@dataclasses.dataclass(frozen=True)
class VideoSource:
    """The source of the video process's images.

    Attributes:
        view: Makes the view of a scene (JSON); a function or class at the top of a module.
        overlay: Drawing over the image, on demand.
    """

    view: Callable[[dict[str, Any]], HeadView]
    overlay: Overlay | None = None


class VideoProcess:
    """Renders states to JPEG images.

    Args:
        source: Source of the images.
        on_image: Called from a thread with each JPEG.
        on_error: Called from a thread with the reason when there can be no images.
    """

    def __init__(
        self,
        source: VideoSource,
        on_image: Callable[[bytes], None],
        on_error: Callable[[str], None],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, child_connection = context.Pipe()
        self._process = context.Process(
            target=_make_images, args=(child_connection, source), name="video", daemon=True
        )
        self._process.start()
        child_connection.close()
        self._closing = False
        self._idle = threading.Event()
        self._idle.set()
        self._on_image, self._on_error = on_image, on_error
        self._thread = threading.Thread(target=self._listen, name="video", daemon=True)
        self._thread.start()

    def show(self, scene: dict[str, Any], state: NDArray[np.float64], overlay: bool) -> None:
        """Render this state unless the last one is still in progress; never waits."""
        if not self._idle.is_set():
            return
        self._idle.clear()
        try:
            self._connection.send((scene, state, overlay))
        except OSError:
            # The process has ended; on_error got the reason.
            return

    def close(self) -> None:
        """End the process. May be called twice."""
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
    """Answer states with images until the other side ends; an error ends it with a reason."""
    # Ctrl-C reaches the whole process group, but the parent ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # On few cores, the control loop has priority.
    os.nice(NICENESS)
    try:
        renderer = _SceneRenderer(source)
        while True:
            image = renderer.render(*connection.recv())
            connection.send(("image", encode_jpeg(image)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Drive2WalkError as error:
        connection.send(("error", str(error)))


class _SceneRenderer:
    """Renders the newest scene, with the overlay once it was requested."""

    def __init__(self, source: VideoSource) -> None:
        self._source = source
        self._scene: dict[str, Any] | None = None
        self._view: HeadView | None = None
        self._loader = ThreadPoolExecutor(max_workers=1)
        self._drawing: Future[Callable[[Image], Image]] | None = None

    def render(self, scene: dict[str, Any], state: NDArray[np.float64], overlay: bool) -> Image:
        """Return the image at a state, with the overlay if it is wanted and loaded."""
        if self._view is None or scene != self._scene:
            if self._view is not None:
                self._view.close()
            self._view, self._scene = self._source.view(scene), scene
        image = self._view.render(state)
        if not overlay or self._source.overlay is None:
            return image
        if self._drawing is None:
            # Loading takes seconds, during which plain images are shown.
            self._drawing = self._loader.submit(self._source.overlay.load)
        return self._drawing.result()(image) if self._drawing.done() else image


def encode_jpeg(image: Image) -> bytes:
    """Return an image (height, width, 3) RGB as JPEG."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
