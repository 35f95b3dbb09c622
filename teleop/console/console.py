"""The console: a device whose operator sits at a page, or wears a headset."""

from __future__ import annotations

import dataclasses
import json
import ssl
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.teleop.console.access.access import LOOPBACK, Access, make_token
from drive2walk.teleop.console.access.certificate import default_folder, installed_certificate
from drive2walk.teleop.console.access.local_network import check_port, lan_names
from drive2walk.teleop.console.inbox import Inbox
from drive2walk.teleop.console.open_pages import OpenPages
from drive2walk.teleop.console.server import ConsoleServer
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.console.video.video import VideoProcess, VideoSource
from drive2walk.teleop.devices.registry import make_page_device
from drive2walk.teleop.operator.limits import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput

DEFAULT_PORT = 8765
STATUS_PERIOD_S = 0.1
IMAGE_PERIOD_S = 1 / 30


@dataclasses.dataclass(frozen=True)
class ConsoleOptions:
    """Where the page is served.

    Attributes:
        port: Port to listen at; 0 takes any free one.
        lan: Whether to serve the local network too, over TLS; otherwise this machine alone.
        certificates: Folder of this installation's certificate; None for the user's default.
    """

    port: int = DEFAULT_PORT
    lan: bool = False
    certificates: Path | None = None

    def __post_init__(self) -> None:
        """Check the port.

        Raises:
            ConfigError: The number can't be a port.
        """
        check_port(self.port)


class Console:
    """Serves the page, and is the ``Device`` that it steers with.

    Args:
        device: Name of the page's device, from ``PAGE_DEVICES``.
        options: Address of the page.
        limits: Limits of the operator's input.
        video: Source of the head camera's images; None shows none.

    Raises:
        ConfigError: There is no such device, or the server can't listen at the port.
    """

    def __init__(
        self,
        device: str,
        options: ConsoleOptions,
        limits: OperatorLimits,
        video: VideoSource | None = None,
    ) -> None:
        self._make_device = partial(make_page_device, device, limits)
        self._inbox = Inbox(self._make_device(), limits.timeout_s)
        hosts = (*LOOPBACK, *(lan_names() if options.lan else ()))
        self._access = Access(make_token(), hosts, options.lan)
        self._overlay = False
        greeting = {"device": device, "overlay": video is not None and video.overlay is not None}
        self._server = ConsoleServer(
            self._access,
            OpenPages(self._inbox, greeting, self._set_overlay),
            ("0.0.0.0" if options.lan else "127.0.0.1", options.port),
            _make_tls_context(options, hosts) if options.lan else None,
        )
        self._video = (
            None if video is None else VideoProcess(video, self._send_image, self._send_no_video)
        )
        self._next_status_s = self._next_image_s = 0.0
        self._closed = False

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses to open, with the token; this machine's own first."""
        scheme = "https" if self._access.secure else "http"
        others = [host for host in self._access.hosts if host not in LOOPBACK]
        return tuple(
            f"{scheme}://{host}:{self._server.port}/#token={self._access.token}"
            for host in ("127.0.0.1", *others)
        )

    def begin_episode(self) -> None:
        """Reset the device for a new episode: hands open, height unchanged."""
        self._inbox.use_device(self._make_device())

    def read(self) -> OperatorInput | None:
        """Return the page's newest input."""
        return self._inbox.take()

    def show_status(self, status: ConsoleStatus) -> None:
        """Show a status at once, even right after another one."""
        message = {"kind": "status", "note": self._inbox.note, **dataclasses.asdict(status)}
        self._server.send("status", json.dumps(message))

    def show(
        self, status: ConsoleStatus, scene: dict[str, Any], state: NDArray[np.float64]
    ) -> None:
        """Show the robot's status and view. Call it in each control step; it never waits.

        Args:
            status: Status beside the video.
            scene: Description from which the video process rebuilds the world; JSON.
            state: MuJoCo's state, as the video's view takes it, (n,).
        """
        now_s = time.monotonic()
        if now_s >= self._next_status_s:
            self._next_status_s = now_s + STATUS_PERIOD_S
            self.show_status(status)
        if self._video is not None and now_s >= self._next_image_s:
            self._next_image_s = now_s + IMAGE_PERIOD_S
            self._video.show(scene, state, self._overlay)

    def close(self) -> None:
        """End the server and the video process. May be called twice."""
        if not self._closed:
            self._closed = True
            if self._video is not None:
                self._video.close()
            self._server.close()

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _set_overlay(self, wanted: bool) -> None:
        self._overlay = wanted

    def _send_image(self, jpeg: bytes) -> None:
        self._server.send("image", jpeg)

    def _send_no_video(self, reason: str) -> None:
        self._server.send("no_video", json.dumps({"kind": "no_video", "reason": reason}))


def _make_tls_context(options: ConsoleOptions, hosts: tuple[str, ...]) -> ssl.SSLContext:
    certificate = installed_certificate(options.certificates or default_folder(), hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context
