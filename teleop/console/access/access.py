"""Access to the console: the right token, from its own page, under a known host name."""

from __future__ import annotations

import dataclasses
import hmac
import secrets
from urllib.parse import urlsplit

# The page loads nothing from other hosts, can't be framed, and passes its address to no one.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def make_token() -> str:
    """Return a random token for one run of the console."""
    return secrets.token_urlsafe(24)


@dataclasses.dataclass(frozen=True)
class Access:
    """The conditions that a request must meet.

    Attributes:
        token: Secret in the address' fragment, which browsers don't send to servers.
        hosts: Host names of the console. Their port may be any, because a forwarded port has
            another number on the other side.
        secure: Whether the console uses TLS.
    """

    token: str
    hosts: tuple[str, ...]
    secure: bool

    def allows_host(self, host: str | None) -> bool:
        """Return whether the Host header names the console, which a rebound DNS name doesn't."""
        try:
            return host is not None and urlsplit(f"//{host}").hostname in self.hosts
        except ValueError:
            return False

    def allows_origin(self, origin: str | None, host: str) -> bool:
        """Return whether the Origin header is the console's own page."""
        return origin == f"{'https' if self.secure else 'http'}://{host}"

    def allows_token(self, token: object) -> bool:
        """Return whether this is the token, compared in constant time."""
        given = token.encode() if isinstance(token, str) else b""
        return hmac.compare_digest(given, self.token.encode())
