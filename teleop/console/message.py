"""The messages of a page, parsed once when they arrive."""

from __future__ import annotations

import dataclasses
import json
from typing import NoReturn

from drive2walk.teleop.devices.page_parser import MessageError, check_object, parse_page_state
from drive2walk.teleop.devices.page_state import PageState


@dataclasses.dataclass(frozen=True)
class TokenMessage:
    """The first message of a page: the token that the page was opened with."""

    token: str


@dataclasses.dataclass(frozen=True)
class OverlayMessage:
    """Asks for the walkable overlay, or for the plain image."""

    wanted: bool


@dataclasses.dataclass(frozen=True)
class TakeOverMessage:
    """Asks to become the operator's page."""


PageMessage = TokenMessage | OverlayMessage | TakeOverMessage | PageState


def parse_message(message: str | bytes) -> PageMessage:
    """Return the content of a page's message.

    Raises:
        MessageError: It isn't a JSON object in text, or isn't a message of a page.
    """
    if isinstance(message, bytes):
        raise MessageError("text is needed, not bytes")
    try:
        values = json.loads(message, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from error
    fields = check_object(values, "message")
    if "token" in fields:
        if not isinstance(fields["token"], str):
            raise MessageError("token: text is needed")
        return TokenMessage(fields["token"])
    if "overlay" in fields:
        return OverlayMessage(fields["overlay"] is True)
    return TakeOverMessage() if "take" in fields else parse_page_state(fields)


def _refuse_constant(name: str) -> NoReturn:
    raise MessageError(f"{name} is not a number")
