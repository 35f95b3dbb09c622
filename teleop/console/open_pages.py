"""The open pages: one is the operator's, the others are viewers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import ServerConnection

from drive2walk.teleop.console.client import Client
from drive2walk.teleop.console.inbox import Inbox
from drive2walk.teleop.console.message import (
    OverlayMessage,
    PageMessage,
    TakeOverMessage,
    TokenMessage,
)
from drive2walk.teleop.devices.page_parser import MessageError


class OpenPages:
    """Knows which page may steer, and acts on the pages' messages. For the server's thread alone.

    Args:
        inbox: Takes the states that the operator's page sends.
        greeting: Fields of the message with which every page is greeted.
        on_overlay: Called with whether a page wants the walkable overlay.

    Attributes:
        clients: Pages that are open now.
        newest: Newest message of each kind, which a new page gets first.
    """

    def __init__(
        self, inbox: Inbox, greeting: dict[str, Any], on_overlay: Callable[[bool], None]
    ) -> None:
        self._inbox = inbox
        self._greeting = greeting
        self._on_overlay = on_overlay
        self._operator: Client | None = None
        self.clients: set[Client] = set()
        self.newest: dict[str, str | bytes] = {}

    def add(self, connection: ServerConnection) -> Client:
        """Return the client of a page that has shown the token; the first becomes the operator."""
        client = Client(connection)
        self.clients.add(client)
        self._appoint(client)
        self._greet(client)
        for kind, message in self.newest.items():
            client.send(kind, message)
        return client

    def handle(self, client: Client, message: PageMessage) -> None:
        """Act on one message of a page.

        Raises:
            MessageError: The page sends its token a second time.
            PermissionError: A viewer tries to steer.
        """
        if isinstance(message, TokenMessage):
            raise MessageError("token: it is only sent first")
        if isinstance(message, OverlayMessage):
            self._on_overlay(message.wanted)
        elif isinstance(message, TakeOverMessage):
            self._appoint(client)
            self._greet(client)
        elif client is not self._operator:
            raise PermissionError("another page steers; this one only looks on")
        else:
            self._inbox.put(message, time.monotonic())

    def send(self, kind: str, message: str | bytes) -> None:
        """Send a message to every page, now and when it opens, until a newer one of this kind."""
        self.newest[kind] = message
        for client in self.clients:
            client.send(kind, message)

    async def remove(self, client: Client) -> None:
        """Drop a page that was closed; if it was the operator's, the robot holds."""
        self.clients.discard(client)
        if client is self._operator:
            self._operator = None
            self._inbox.drop_operator()
        await client.close()

    def _appoint(self, client: Client) -> None:
        """Make a page the operator's if there is none."""
        if self._operator is None:
            self._operator = client
            self._inbox.begin_page()

    def _greet(self, client: Client) -> None:
        role = "operator" if client is self._operator else "viewer"
        client.send("hello", json.dumps({"kind": "hello", "role": role, **self._greeting}))
