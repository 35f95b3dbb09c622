"""The console: a device whose operator sits in front of a page, or wears a headset."""

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

from drive2walk.teleop.console.access.access import LOOPBACK, Access, new_token
from drive2walk.teleop.console.access.certificate import default_folder, installed_certificate
from drive2walk.teleop.console.access.local_network import check_port, lan_names
from drive2walk.teleop.console.inbox import Inbox
from drive2walk.teleop.console.server import ConsoleServer
from drive2walk.teleop.console.status import ConsoleStatus
from drive2walk.teleop.console.video.video import VideoProcess, VideoSource
from drive2walk.teleop.devices.device import SceneView
from drive2walk.teleop.devices.registry import page_device
from drive2walk.teleop.operator.guard import OperatorLimits
from drive2walk.teleop.operator.operator_input import OperatorInput

DEFAULT_PORT = 8765
STATUS_PERIOD_S = 0.1
IMAGE_PERIOD_S = 1 / 30


@dataclasses.dataclass(frozen=True)
class ConsoleOptions:
    """Where the page is served.

    Attributes:
        port: to listen at; 0 takes any that is free.
        lan: serve the local network too, over TLS; otherwise this machine alone.
        certificates: folder of this installation's certificate; None for the user's own.
    """

    port: int = DEFAULT_PORT
    lan: bool = False
    certificates: Path | None = None

    def __post_init__(self) -> None:
        """Check the port.

        Raises:
            ConfigError: it is none.
        """
        check_port(self.port)


class Console:
    """Serves the page; a ``Device``.

    Args:
        device: name of the page's device, of ``PAGE_DEVICES``.
        options: where the page is served.
        limits: what the operator may ask for.
        video: what makes the head camera's images; None shows none.

    Raises:
        ConfigError: there is no such device, or the port can't be listened at.
    """

    def __init__(
        self,
        device: str,
        options: ConsoleOptions,
        limits: OperatorLimits,
        video: VideoSource | None = None,
    ) -> None:
        self._device = partial(page_device, device, limits)
        self._inbox = Inbox(self._device(), limits.timeout_s)
        hosts = (*LOOPBACK, *(lan_names() if options.lan else ()))
        self._access = Access(new_token(), hosts, options.lan)
        self._overlay = False
        self._server = ConsoleServer(
            self._access,
            self._inbox,
            ("0.0.0.0" if options.lan else "127.0.0.1", options.port),
            _tls(options, hosts) if options.lan else None,
            {"device": device, "overlay": video is not None and video.overlay is not None},
            self._set_overlay,
        )
        self._video = (
            None if video is None else VideoProcess(video, self._send_image, self._send_no_video)
        )
        self._next_status_s = self._next_image_s = 0.0
        self._closed = False

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses to open, with the token; this machine's own first."""
        scheme = "https" if self._access.secure else "http"
        others = [host for host in self._access.hosts if host not in LOOPBACK]
        return tuple(
            f"{scheme}://{host}:{self._server.port}/#token={self._access.token}"
            for host in ("127.0.0.1", *others)
        )

    def begin_episode(self) -> None:
        """Let the operator begin anew: hands open, height as it is, whatever they did before."""
        self._inbox.renew(self._device())

    def read(self, scene: SceneView) -> OperatorInput | None:
        """Return the page's newest input; a person looks at the video, not at ``scene``."""
        return self._inbox.take()

    def tell(self, status: ConsoleStatus) -> None:
        """Show the robot's status at once, whenever it was shown last."""
        shown = {"kind": "status", "note": self._inbox.note, **dataclasses.asdict(status)}
        self._server.tell("status", json.dumps(shown))

    def publish(
        self, status: ConsoleStatus, scene: dict[str, Any], state: NDArray[np.float64]
    ) -> None:
        """Show the robot's status and what it sees; call it each tick, it never waits.

        Args:
            status: what the page shows beside the video.
            scene: what the video process rebuilds the world from; JSON.
            state: (n,) MuJoCo's state as the video's view takes it.
        """
        now_s = time.monotonic()
        if now_s >= self._next_status_s:
            self._next_status_s = now_s + STATUS_PERIOD_S
            self.tell(status)
        if self._video is not None and now_s >= self._next_image_s:
            self._next_image_s = now_s + IMAGE_PERIOD_S
            self._video.show(scene, state, self._overlay)

    def close(self) -> None:
        """End the server and the video process. Safe to call twice."""
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
        self._server.tell("image", jpeg)

    def _send_no_video(self, reason: str) -> None:
        self._server.tell("no_video", json.dumps({"kind": "no_video", "reason": reason}))


def _tls(options: ConsoleOptions, hosts: tuple[str, ...]) -> ssl.SSLContext:
    certificate = installed_certificate(options.certificates or default_folder(), hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context
