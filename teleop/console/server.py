"""The console's server: the page over HTTP, and one WebSocket per page, in its own thread."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from concurrent.futures import Future
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.access.access import Access
from drive2walk.teleop.console.message import TokenMessage, parse_message
from drive2walk.teleop.console.open_pages import OpenPages
from drive2walk.teleop.console.page_files import PageFiles, make_refusal
from drive2walk.teleop.devices.page_parser import MessageError

SOCKET_PATH = "/socket"
# A page's messages are smaller than 2 kB. A larger message comes from something else.
MAX_MESSAGE_BYTES = 8192
TOKEN_TIMEOUT_S = 3.0
PING_S = 5.0
# Close codes for applications are 4000 to 4999; the page shows the reason that comes with them.
WRONG_TOKEN, MALFORMED, NOT_OPERATOR = 4401, 4400, 4403
# Port scanners and dropped connections aren't logged; a problem that a user can solve is raised.
LOGGER = logging.getLogger("drive2walk.console")
LOGGER.setLevel(logging.CRITICAL)


class ConsoleServer:
    """Serves pages until it is closed.

    Args:
        access: Conditions that a request must meet.
        pages: Acts on the messages of the pages.
        address: Host and port to listen at; port 0 takes any free one.
        tls: Certificate and key, None for plain HTTP.

    Attributes:
        port: Port at which it listens.

    Raises:
        ConfigError: The server can't listen at this address.
    """

    def __init__(
        self,
        access: Access,
        pages: OpenPages,
        address: tuple[str, int],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._access = access
        self._pages = pages
        self._files = PageFiles()
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

    def send(self, kind: str, message: str | bytes) -> None:
        """Send a message to every page, from any thread; it replaces older ones of its kind."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pages.send, kind, message)

    def close(self) -> None:
        """Close every page's connection and stop listening. May be called twice."""
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
                    "End the program that uses the port, or give another one with --port."
                )
            )
            return
        async with server:
            started.set_result(next(iter(server.sockets)).getsockname()[1])
            await self._stop.wait()

    async def _listen(self, address: tuple[str, int], tls: ssl.SSLContext | None) -> Server:
        return await serve(
            self._serve_page,
            *address,
            ssl=tls,
            process_request=self._answer_request,
            max_size=MAX_MESSAGE_BYTES,
            compression=None,
            server_header=None,
            close_timeout=1,
            # A page that lost its network must not keep the next one from steering for long.
            ping_interval=PING_S,
            ping_timeout=PING_S,
            logger=LOGGER,
        )

    def _answer_request(self, _: ServerConnection, request: Request) -> Response | None:
        """Return a file or a refusal, or None to open the WebSocket."""
        hosts, origins = (request.headers.get_all(name) for name in ("Host", "Origin"))
        host = hosts[0] if len(hosts) == 1 else None
        if host is None or not self._access.allows_host(host):
            return make_refusal(HTTPStatus.FORBIDDEN, "the console has another host name")
        if request.path != SOCKET_PATH:
            return self._files.respond(request.path)
        if len(origins) != 1 or not self._access.allows_origin(origins[0], host):
            return make_refusal(HTTPStatus.FORBIDDEN, "this is not the console's own page")
        return None

    async def _serve_page(self, connection: ServerConnection) -> None:
        """Serve one page from its token to its end."""
        if not await self._receive_token(connection):
            await connection.close(WRONG_TOKEN, "wrong token: open the address that was printed")
            return
        client = self._pages.add(connection)
        try:
            async for message in connection:
                self._pages.handle(client, parse_message(message))
        except MessageError as error:
            await connection.close(MALFORMED, f"malformed message: {error}"[:120])
        except PermissionError as error:
            await connection.close(NOT_OPERATOR, str(error))
        except ConnectionClosed:
            pass
        finally:
            await self._pages.remove(client)

    async def _receive_token(self, connection: ServerConnection) -> bool:
        """Return whether the page's first message holds the right token, and comes in time."""
        try:
            first = parse_message(await asyncio.wait_for(connection.recv(), TOKEN_TIMEOUT_S))
        except (TimeoutError, MessageError, ConnectionClosed):
            return False
        return isinstance(first, TokenMessage) and self._access.allows_token(first.token)
