"""Clients of the console without a browser: they connect, send the token, receive and steer."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from drive2walk.teleop.console.console import Console

PERIOD_S = 0.02


def port(console: Console) -> int:
    found = urlsplit(console.urls[0]).port
    assert found is not None
    return found


def token(console: Console) -> str:
    return console.urls[0].split("#token=")[1]


def dial(
    console: Console, held_open: ExitStack, host: str = "", origin: str | None = None
) -> ClientConnection:
    """Connect; the connection is closed with ``held_open``."""
    here = host or f"127.0.0.1:{port(console)}"
    connection = connect(
        f"ws://{here}/socket",
        origin=origin or f"http://{here}",  # type: ignore[arg-type]
        close_timeout=1,
        address=("127.0.0.1", port(console)),
    )
    return held_open.enter_context(connection)


def join(console: Console, held_open: ExitStack) -> ClientConnection:
    """Connect and send the token, as the console's own page does."""
    socket = dial(console, held_open)
    socket.send(json.dumps({"token": token(console)}))
    return socket


def hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """Return the next message of a kind."""
    while True:
        message = socket.recv(timeout=10)
        if isinstance(message, str) and json.loads(message)["kind"] == kind:
            return json.loads(message)


class Steering:
    """An operator's page that sends its state 50 times a second, in a thread.

    ``events`` are sent once, ``always`` in each message.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.keys: list[str] = []
        self.events: list[str] = []
        self.always: list[str] = []
        self._sequence = 0
        self.go_on()

    def go_on(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; the connection stays open."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._sequence += 1
            events, self.events = self.events + self.always, []
            message = {"seq": self._sequence, "t": time.monotonic() * 1e3, "keys": self.keys}
            try:
                self.socket.send(json.dumps({**message, "events": events}))
            except ConnectionClosed:
                return
            time.sleep(PERIOD_S)
