"""The server's way in: a request is taken in whole before a thread works on it, so that slow ones hold none.

granian speaks WSGI too, but then each body that trickles in holds one of its threads for as long as it likes.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from granian.rsgi import Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

THREADS = 6
"""As many requests are worked on at once; the database pool holds as many connections and more."""
PATIENCE = 60
"""Seconds that a body may take, …"""
SLOWEST = 500
"""… and each so many bytes that arrive give one more: a line of 2G brings 2,500 a second."""
MOST_BODIES = 1_000
"""So many may be under way at once."""
IN_MEMORY = 64 * 1024
"""What is larger waits on the disk, as it does with nginx."""
LARGEST = 64 * 1024 * 1024
"""No view takes as much. What says that it is larger goes on unread, for its view to refuse by the length."""

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]
Body = SpooledTemporaryFile[bytes]


class Refused(Exception):
    """The body does not come, or not in time, or not whole."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Door:
    """A WSGI application as granian's own interface (RSGI) knows it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._bodies = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.set_default_executor(ThreadPoolExecutor(THREADS))

    async def __rsgi__(self, scope: Scope, protocol: "HTTPProtocol") -> None:
        environ = _environ(scope)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                if _comes_in(environ):
                    await self._take_in(environ, protocol, body)
            except Refused as refused:
                protocol.response_empty(refused.status, [("connection", "close"), ("retry-after", "5")])
                return
            answer = asyncio.get_running_loop().run_in_executor(None, self._ask, environ, body)
            protocol.response_bytes(*await answer)

    async def _take_in(self, environ: dict[str, Any], protocol: "HTTPProtocol", body: Body) -> None:
        if self._bodies >= MOST_BODIES:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._bodies += 1
        try:
            length = await _received(protocol, body)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        finally:
            self._bodies -= 1
        if length != int(environ.get("CONTENT_LENGTH") or length):
            raise Refused(HTTPStatus.BAD_REQUEST)  # the line was cut: half a form is no form
        environ["CONTENT_LENGTH"] = str(length)
        body.seek(0)

    def _ask(self, environ: dict[str, Any], body: Body) -> Answer:
        status, headers = "", Headers()

        def start(with_status: str, with_headers: Headers, _error: object = None) -> Callable[[bytes], None]:
            nonlocal status, headers
            status, headers = with_status, with_headers
            return _never

        environ["wsgi.input"] = body
        parts: Iterable[bytes] = self._application(environ, start)
        try:
            content = b"".join(parts)
        finally:
            getattr(parts, "close", bool)()
        return int(status.partition(" ")[0]), headers, content


async def _received(protocol: "HTTPProtocol", body: Body) -> int:
    length = 0
    async with asyncio.timeout(PATIENCE) as patience:
        async for chunk in protocol:
            length += len(chunk)
            if length > LARGEST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body.write(chunk)
            patience.reschedule((patience.when() or 0) + len(chunk) / SLOWEST)
    return length


def _comes_in(environ: dict[str, Any]) -> bool:
    length = environ.get("CONTENT_LENGTH") or "0"
    if environ.pop("HTTP_TRANSFER_ENCODING", None):
        return True
    return 0 < int(length) <= LARGEST


def _environ(scope: Scope) -> dict[str, Any]:
    host, _colon, port = scope.server.rpartition(":")
    return _headers(scope) | {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(scope: Scope) -> dict[str, Any]:
    """Names with an underscore are left out: they would pass for those with a hyphen that a proxy sets."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in scope.headers.items():
        if "_" not in name:
            found[name.upper().replace("-", "_")].append(value)
    return {
        name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}": ", ".join(values)
        for name, values in found.items()
        if name != "COOKIE"
    } | ({"HTTP_COOKIE": "; ".join(found["COOKIE"])} if "COOKIE" in found else {})


def _never(_written: bytes) -> None:
    raise NotImplementedError  # only frameworks from before 2003 write so
