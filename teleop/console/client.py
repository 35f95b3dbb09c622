"""One open page: sends it the newest of each kind of news, as fast as it takes them."""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed


class Client:
    """A page that has shown the token.

    News that a slow page hasn't taken yet is replaced by newer news of the same kind, so that what
    it shows is never old and nothing piles up.
    """

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self._pending: dict[str, str | bytes] = {}
        self._wake = asyncio.Event()
        self._sender = asyncio.create_task(self._send())

    def tell(self, kind: str, news: str | bytes) -> None:
        """Send news of this kind, or replace what is still waiting."""
        self._pending[kind] = news
        self._wake.set()

    async def close(self) -> None:
        """Stop sending."""
        self._sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sender

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            pending, self._pending = self._pending, {}
            try:
                for news in pending.values():
                    await self.connection.send(news)
            except ConnectionClosed:
                return
