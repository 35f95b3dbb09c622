from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drive2walk.teleop.console.message import (
    OverlayMessage,
    PageMessage,
    TakeOverMessage,
    TokenMessage,
    parse_message,
)
from drive2walk.teleop.devices.page_parser import MessageError
from drive2walk.teleop.devices.page_state import PageState


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"token": "abc"}', TokenMessage("abc")),
        ('{"overlay": true}', OverlayMessage(True)),
        ('{"overlay": 1}', OverlayMessage(False)),
        ('{"take": true}', TakeOverMessage()),
        (
            '{"seq": 1, "t": 2.5, "keys": ["KeyW"], "events": ["save"]}',
            PageState(1, 2.5, frozenset({"KeyW"}), events=("save",)),
        ),
    ],
)
def test_each_kind_of_message_is_parsed(text: str, message: PageMessage) -> None:
    assert parse_message(text) == message


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "{", "{}", '{"seq": NaN, "t": 0}', "[" * 5000, b"{}", '{"token": 3}'],
)
def test_a_message_that_no_page_sends_is_refused(text: str | bytes) -> None:
    with pytest.raises(MessageError):
        parse_message(text)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.dictionaries(st.text(), st.integers() | st.text()).map(json.dumps))
def test_arbitrary_text_raises_no_other_error(text: str) -> None:
    with contextlib.suppress(MessageError):
        assert isinstance(parse_message(text), PageMessage)
