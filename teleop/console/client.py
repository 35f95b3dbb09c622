"""The connection to one open page, which gets the newest message of each kind."""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed


class Client:
    """A page that has shown the token.

    A message that a slow page hasn't taken yet is replaced by a newer one of the same kind, so that
    the page never shows an old state and no messages pile up.

    Args:
        connection: WebSocket of the page.
    """

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self._pending: dict[str, str | bytes] = {}
        self._wake = asyncio.Event()
        self._sender = asyncio.create_task(self._send_pending())

    def send(self, kind: str, message: str | bytes) -> None:
        """Send a message, and drop an older one of this kind that still waits."""
        self._pending[kind] = message
        self._wake.set()

    async def close(self) -> None:
        """Stop sending."""
        self._sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sender

    async def _send_pending(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            pending, self._pending = self._pending, {}
            try:
                for message in pending.values():
                    await self.connection.send(message)
            except ConnectionClosed:
                return
