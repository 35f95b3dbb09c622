from __future__ import annotations

import pytest

from drive2walk.teleop.console.access.access import LOOPBACK, Access, make_token

ACCESS = Access(make_token(), (*LOOPBACK, "192.168.1.7"), secure=False)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:8765", True),
        ("localhost:9000", True),  # a forwarded port
        ("[::1]:8765", True),
        ("192.168.1.7", True),
        ("LOCALHOST:1", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:8765", False),
        ("localhost@evil.example", False),
        ("", False),
        ("[", False),
        (None, False),
    ],
)
def test_only_known_hosts(host: str | None, allowed: bool) -> None:
    assert ACCESS.allows_host(host) is allowed


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:9000", True),
        ("https://localhost:9000", False),
        ("http://localhost:9001", False),
        ("http://evil.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_the_own_origin(origin: str | None, allowed: bool) -> None:
    assert ACCESS.allows_origin(origin, "localhost:9000") is allowed


@pytest.mark.parametrize("token", ["", "guess", None, 3, ["a"], "ü"])
def test_no_other_token(token: object) -> None:
    assert not ACCESS.allows_token(token)
    assert ACCESS.allows_token(ACCESS.token)


def test_tokens_are_long_and_new_each_time() -> None:
    tokens = {make_token() for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32
