"""The console on this machine: its port and its page."""

from __future__ import annotations

import json
import ssl
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from drive2walk.doctor.finding import Finding
from drive2walk.teleop.console.access.local_network import check_port, port_is_free
from drive2walk.teleop.console.console import Console

TIMEOUT_S = 5.0
# Errors of a console that can't be reached.
UNREACHABLE = (OSError, TimeoutError, WebSocketException)


def examine_port(port: int) -> Finding:
    """Return whether the console's port is free.

    Raises:
        ConfigError: The number can't be a port.
    """
    check_port(port)
    subject = f"port {port}"
    if port_is_free("127.0.0.1", port) and port_is_free("0.0.0.0", port):
        return Finding(subject, "ok", "free")
    return Finding(
        subject, "fault", "taken by another program", "end that program, or give --port N"
    )


def examine_page(console: Console) -> Finding:
    """Return whether the page of a running console can reach it."""
    try:
        greeting = read_greeting(console.urls[0], None)
    except UNREACHABLE as error:
        reason = " ".join(str(error).split())
        advice = "allow connections of this machine to 127.0.0.1"
        return Finding("console", "fault", f"the page can't reach it ({reason})", advice)
    return Finding("console", "ok", f"the page answers, as {greeting['role']}")


def read_greeting(url: str, trust: ssl.SSLContext | None) -> dict[str, str]:
    """Return the first message that a console sends to a page.

    Args:
        url: Address of the console with its token.
        trust: Trusted certificates for TLS, or None without TLS.

    Raises:
        OSError, TimeoutError, WebSocketException: The console can't be reached.
    """
    parts = urlsplit(url)
    scheme = "wss" if trust else "ws"
    origin = Origin(f"{parts.scheme}://{parts.netloc}")
    with connect(
        f"{scheme}://{parts.netloc}/socket",
        origin=origin,
        ssl=trust,
        open_timeout=TIMEOUT_S,
        proxy=None,
    ) as connection:
        connection.send(json.dumps({"token": parts.fragment.removeprefix("token=")}))
        return dict(json.loads(connection.recv(timeout=TIMEOUT_S)))
