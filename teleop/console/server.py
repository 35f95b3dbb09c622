"""The console's server: the page over HTTP, and one WebSocket a page, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.access.access import Access
from drive2walk.teleop.console.client import Client
from drive2walk.teleop.console.inbox import Inbox
from drive2walk.teleop.console.page_files import PageFiles, refuse
from drive2walk.teleop.devices.page_state import MessageError, parse_page_state, read_object

SOCKET_PATH = "/socket"
# A page's message has less than 2 kB; whoever sends more is no page.
MAX_MESSAGE_BYTES = 8192
TOKEN_TIMEOUT_S = 3.0
PING_S = 5.0
# Close codes of our own, 4000 to 4999; the page shows the reason that goes with them.
WRONG_TOKEN, MALFORMED, NOT_OPERATOR = 4401, 4400, 4403
# Port scanners and dropped connections are no news; what a user can mend is raised.
LOGGER = logging.getLogger("drive2walk.console")
LOGGER.setLevel(logging.CRITICAL)


class ConsoleServer:
    """Serves pages until closed. The first page is the operator's, others look on.

    Args:
        access: who may connect.
        inbox: takes what the operator's page sends.
        address: host and port to listen at; port 0 takes any that is free.
        tls: certificate and key, None for plain HTTP.
        greeting: what each page is told first.
        on_overlay: called with whether a page wants the walkable overlay.

    Raises:
        ConfigError: the address can't be listened at.
    """

    def __init__(
        self,
        access: Access,
        inbox: Inbox,
        address: tuple[str, int],
        tls: ssl.SSLContext | None,
        greeting: dict[str, Any],
        on_overlay: Callable[[bool], None],
    ) -> None:
        self._access = access
        self._inbox = inbox
        self._files = PageFiles()
        self._greeting = greeting
        self._on_overlay = on_overlay
        self._clients: set[Client] = set()
        self._operator: Client | None = None
        self._last_news: dict[str, str | bytes] = {}
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        started: Future[int] = Future()
        run = self._serve(address, tls, started)
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(run,), name="console", daemon=True
        )
        self._thread.start()
        try:
            self.port = started.result()
        except ConfigError:
            self.close()
            raise

    def tell(self, kind: str, news: str | bytes) -> None:
        """Send news to every page, from any thread; newer news of a kind replaces older."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, kind, news)

    def close(self) -> None:
        """Close every page's connection and stop listening. Safe to call twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        self._loop.close()

    async def _serve(
        self, address: tuple[str, int], tls: ssl.SSLContext | None, started: Future[int]
    ) -> None:
        try:
            server = await self._listen(address, tls)
        except OSError as error:
            reason = error.strerror or str(error)
            started.set_exception(
                ConfigError(
                    f"the console can't listen at {address[0]} port {address[1]} ({reason}). "
                    "End what uses the port, or give another one with --port."
                )
            )
            return
        async with server:
            started.set_result(next(iter(server.sockets)).getsockname()[1])
            await self._stop.wait()

    async def _listen(self, address: tuple[str, int], tls: ssl.SSLContext | None) -> Server:
        return await serve(
            self._attend,
            *address,
            ssl=tls,
            process_request=self._answer,
            max_size=MAX_MESSAGE_BYTES,
            compression=None,
            server_header=None,
            close_timeout=1,
            # A page whose network has gone must not keep the next one from steering for long.
            ping_interval=PING_S,
            ping_timeout=PING_S,
            logger=LOGGER,
        )

    def _answer(self, _: ServerConnection, request: Request) -> Response | None:
        """Return a file or a refusal; None lets the WebSocket begin."""
        hosts, origins = (request.headers.get_all(name) for name in ("Host", "Origin"))
        host = hosts[0] if len(hosts) == 1 else None
        if host is None or not self._access.allows_host(host):
            return refuse(HTTPStatus.FORBIDDEN, "Forbidden", "the console has another host name")
        if request.path != SOCKET_PATH:
            return self._files.respond(request.path)
        if len(origins) != 1 or not self._access.allows_origin(origins[0], host):
            return refuse(HTTPStatus.FORBIDDEN, "Forbidden", "this is not the console's own page")
        return None

    async def _attend(self, connection: ServerConnection) -> None:
        """Serve one page from its token to its end."""
        if not await self._knows_token(connection):
            await connection.close(WRONG_TOKEN, "wrong token: open the address that was printed")
            return
        client = Client(connection)
        self._clients.add(client)
        if self._operator is None:
            self._appoint(client)
        self._greet(client)
        for kind, news in self._last_news.items():
            client.tell(kind, news)
        try:
            async for message in connection:
                self._take(client, message)
        except MessageError as error:
            await connection.close(MALFORMED, f"malformed message: {error}"[:120])
        except PermissionError as error:
            await connection.close(NOT_OPERATOR, str(error))
        except ConnectionClosed:
            pass
        finally:
            await self._dismiss(client)

    async def _knows_token(self, connection: ServerConnection) -> bool:
        try:
            first = await asyncio.wait_for(connection.recv(), TOKEN_TIMEOUT_S)
            return self._access.allows_token(read_object(_text(first)).get("token"))
        except (TimeoutError, MessageError, ConnectionClosed):
            return False

    def _take(self, client: Client, message: str | bytes) -> None:
        """Act on one message.

        Raises:
            MessageError: no page of ours sends this.
            PermissionError: a page that only looks on tries to steer.
        """
        text = _text(message)
        values = read_object(text)
        if "overlay" in values:
            self._on_overlay(values["overlay"] is True)
        elif "take" in values:
            if self._operator is None:
                self._appoint(client)
            self._greet(client)
        elif client is not self._operator:
            raise PermissionError("another page steers; this one only looks on")
        else:
            self._inbox.put(parse_page_state(text), time.monotonic())

    def _appoint(self, client: Client) -> None:
        self._operator = client
        self._inbox.begin()

    def _greet(self, client: Client) -> None:
        role = "operator" if client is self._operator else "viewer"
        client.tell("hello", json.dumps({"kind": "hello", "role": role, **self._greeting}))

    async def _dismiss(self, client: Client) -> None:
        self._clients.discard(client)
        if client is self._operator:
            self._operator = None
            self._inbox.lose()
        await client.close()

    def _tell(self, kind: str, news: str | bytes) -> None:
        self._last_news[kind] = news
        for client in self._clients:
            client.tell(kind, news)


def _text(message: str | bytes) -> str:
    if isinstance(message, bytes):
        raise MessageError("text is needed, not bytes")
    return message
