"""The page's own files, read once and served from memory: no path of a request meets the disk."""

from __future__ import annotations

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
    """Answers requests for the page."""

    def __init__(self) -> None:
        files = [path for path in PAGE.iterdir() if path.suffix in MIME_TYPES]
        self._bodies = {f"/{path.name}": (path.read_bytes(), path.suffix) for path in files}
        self._bodies["/"] = self._bodies["/index.html"]

    def respond(self, path: str) -> Response:
        """Return the file at a request's path, or a 404."""
        found = self._bodies.get(path.split("?")[0])
        if found is None:
            return refuse(404, "Not Found", "no such page")
        body, suffix = found
        return _response(200, "OK", body, MIME_TYPES[suffix])


def refuse(status: int, phrase: str, reason: str) -> Response:
    """Return a refusal that says why."""
    return _response(status, phrase, f"{reason}\n".encode(), "text/plain; charset=utf-8")


def _response(status: int, phrase: str, body: bytes, mime: str) -> Response:
    fields = {"Content-Type": mime, "Content-Length": str(len(body)), "Connection": "close"}
    return Response(status, phrase, Headers({**fields, **SECURITY_HEADERS}), body)
