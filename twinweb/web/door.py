"""The server's way in: a request is taken in whole before a thread works on it, so that slow ones hold none.

granian speaks WSGI too, but then each body that trickles in holds one of its threads for as long as it likes.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask
from granian.rsgi import Scope

from twinweb.config import JUDGES, READERS, WRITERS
from twinweb.web import plain
from twinweb.web.plain import Answer, Headers
from twinweb.web.work import Work, work_of

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

PATIENCE = 60
"""Seconds that a body may take, …"""
SLOWEST = 500
"""… and each so many bytes that arrive give one more: a line of 2G brings 2,500 a second."""
LONGEST_WAIT = 20
"""Seconds that a request may wait for a thread: after them nobody is left at the browser."""
MOST_JUDGED = 20
"""So many may wait for their password to be judged: five seconds' work."""
MOST_BODIES = 1_000
"""So many may be under way at once."""
IN_MEMORY = 64 * 1024
"""What is larger waits on the disk, as it does with nginx."""
LARGEST = 64 * 1024 * 1024
"""No view takes as much. What says that it is larger goes on unread, for its view to refuse by the length."""
ASCII = "".join(map(chr, range(128)))

Body = SpooledTemporaryFile[bytes]

log = logging.getLogger("twinweb.door")


class Refused(Exception):
    """The body does not come, or not in time, or not whole; or there is no thread for it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Queue:
    """Threads for one kind of work, and places to wait: for all connections, or for fewer."""

    def __init__(self, threads: ThreadPoolExecutor, places: int = sys.maxsize) -> None:
        self._threads, self._places = threads, places

    async def work(self, job: Callable[[], Answer]) -> Answer:
        """Do it in its turn, or refuse it unstarted where that takes too long."""
        if not self._places:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._places -= 1
        try:
            return await self._in_turn(job)
        finally:
            self._places += 1

    async def _in_turn(self, job: Callable[[], Answer]) -> Answer:
        turn = self._threads.submit(job)
        answer = asyncio.wrap_future(turn)
        done, _waiting = await asyncio.wait([answer], timeout=LONGEST_WAIT)
        if not done and turn.cancel():
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        return await answer


class Door:
    """A Flask application as granian's own interface (RSGI) knows it."""

    def __init__(self, application: Flask) -> None:
        self._application = application
        self._work_of = work_of(application)
        self._bodies = 0
        self._queues: dict[Work, Queue] = {}

    def __rsgi_init__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._queues = {
            Work.READS: Queue(ThreadPoolExecutor(READERS)),
            Work.WRITES: Queue(ThreadPoolExecutor(WRITERS)),
            Work.JUDGES: Queue(ThreadPoolExecutor(JUDGES, initializer=_step_back), JUDGES + MOST_JUDGED),
        }

    async def __rsgi__(self, scope: Scope, protocol: "HTTPProtocol") -> None:
        try:
            answer = await self._answer(scope, protocol)
        except Refused as refused:
            answer = plain.answer(refused.status, ("connection", "close"), ("retry-after", "5"))
        except Exception:
            log.exception("the door failed")
            answer = plain.answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        protocol.response_bytes(*answer)

    async def _answer(self, scope: Scope, protocol: "HTTPProtocol") -> Answer:
        environ = _environ(scope)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            if _comes_in(environ):
                await self._take_in(environ, protocol, body)
            queue = self._queues[self._work_of(scope.method, scope.path)]
            return await queue.work(lambda: self._ask(environ, body))

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


def _step_back() -> None:
    """Leave the processor to pages: a hash asks four threads of the system for a tenth of a second."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


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
    client, _colon, _port = scope.client.rpartition(":")
    return _headers(scope) | {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": quote(scope.query_string, safe=ASCII),  # old browsers send Arabic as it is
        "SERVER_NAME": _address(host),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(client),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _address(host: str) -> str:
    """IPv6 stands in brackets before a port, and nowhere else."""
    return host.removeprefix("[").removesuffix("]")


def _headers(scope: Scope) -> dict[str, Any]:
    """Names with an underscore are left out: they would pass for those with a hyphen that a proxy sets.

    Values outside ASCII cannot be read here and count as empty: a strange `Host` must not pass for none.
    """
    names = scope.headers.keys()
    found: dict[str, list[str]] = {_variable(name): [] for name in names if "_" not in name}
    for name, value in scope.headers.items():
        if "_" not in name:
            found[_variable(name)].append(value)
    return {
        name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}": ", ".join(values)
        for name, values in found.items()
        if name != "COOKIE"
    } | ({"HTTP_COOKIE": "; ".join(found["COOKIE"])} if "COOKIE" in found else {})


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _never(_written: bytes) -> None:
    raise NotImplementedError  # only frameworks from before 2003 write so
