"""The page's files, read once and served from memory, so that no request can name a path."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from websockets.datastructures import Headers
from websockets.http11 import Response

from drive2walk.teleop.console.access.access import SECURITY_HEADERS

PAGE = Path(__file__).parent / "page"
MIME_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PageFiles:
    """Answers requests for the page's files."""

    def __init__(self) -> None:
        files = [path for path in PAGE.rglob("*") if path.suffix in MIME_TYPES]
        self._bodies = {
            f"/{path.relative_to(PAGE).as_posix()}": (path.read_bytes(), path.suffix)
            for path in files
        }
        self._bodies["/"] = self._bodies["/index.html"]

    def respond(self, path: str) -> Response:
        """Return the file at a request's path, or a 404."""
        found = self._bodies.get(path.split("?")[0])
        if found is None:
            return make_refusal(HTTPStatus.NOT_FOUND, "no such page")
        body, suffix = found
        return _make_response(HTTPStatus.OK, body, MIME_TYPES[suffix])


def make_refusal(status: HTTPStatus, reason: str) -> Response:
    """Return a response that refuses a request and gives the reason as text."""
    return _make_response(status, f"{reason}\n".encode(), "text/plain; charset=utf-8")


def _make_response(status: HTTPStatus, body: bytes, mime: str) -> Response:
    fields = {"Content-Type": mime, "Content-Length": str(len(body)), "Connection": "close"}
    headers = Headers({**fields, **SECURITY_HEADERS})
    return Response(status.value, status.phrase, headers, body)
