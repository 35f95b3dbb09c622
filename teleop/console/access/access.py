"""Who may talk to the console: the right token, from its own page, under a known host name."""

from __future__ import annotations

import dataclasses
import hmac
import secrets
from urllib.parse import urlsplit

# The page loads nothing from elsewhere and can't be framed; a leaked address is not passed on.
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


def new_token() -> str:
    """Return a token that can't be guessed, for one run of the console."""
    return secrets.token_urlsafe(24)


@dataclasses.dataclass(frozen=True)
class Access:
    """What a request must bring.

    Attributes:
        token: the secret in the address' fragment, which browsers don't send to servers.
        hosts: names under which the console is known. Their port is free, for a forwarded port
            has another number on the other side.
        secure: whether the console speaks TLS.
    """

    token: str
    hosts: tuple[str, ...]
    secure: bool

    def allows_host(self, host: str | None) -> bool:
        """Whether the Host header names the console; a rebound DNS name does not."""
        try:
            return host is not None and urlsplit(f"//{host}").hostname in self.hosts
        except ValueError:
            return False

    def allows_origin(self, origin: str | None, host: str) -> bool:
        """Whether the Origin header is the console's own page and not a foreign one."""
        return origin == f"{'https' if self.secure else 'http'}://{host}"

    def allows_token(self, token: object) -> bool:
        """Whether this is the token, compared in constant time."""
        given = token.encode() if isinstance(token, str) else b""
        return hmac.compare_digest(given, self.token.encode())
