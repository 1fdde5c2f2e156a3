"""A line that delays, throttles and cuts: a proxy between a browser, or a client like it, and the server."""

import asyncio
import random
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

BODILESS = {str(int(one)) for one in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)}
LONGEST_HEAD = 2**20


class Fate(StrEnum):
    """What becomes of a request."""

    WHOLE = "whole"
    BEFORE = "cut before the whole request has arrived"
    AFTER = "cut before any of the answer"
    MIDWAY = "cut in the middle of the answer"


CUTS = (Fate.BEFORE, Fate.AFTER, Fate.MIDWAY)


@dataclass
class Line:
    """Each POST has its fate: the next that was planned, else by seed and number, the same in every run."""

    server_port: int
    cut: float = 0
    """The share of POSTs that is cut, in each way as often."""
    seed: int = 0
    delay: float = 0
    """Seconds each way."""
    rate: float = float("inf")
    """Bytes a second of each connection."""
    port: int = 0
    planned: deque[Fate] = field(default_factory=deque)
    met: Counter[Fate] = field(default_factory=Counter)
    ends: list[asyncio.StreamWriter] = field(default_factory=list)
    """Of clients, while they are connected."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cuts(self) -> int:
        return sum(self.met[fate] for fate in CUTS)

    def _fate(self, request: bytes) -> Fate:
        if not request.startswith(b"POST"):
            return Fate.WHOLE
        chance = random.Random(f"{self.seed}:{self.met.total()}")
        fate = chance.choice(CUTS) if chance.random() < self.cut else Fate.WHOLE
        fate = self.planned.popleft() if self.planned else fate
        self.met[fate] += 1
        return fate

    async def _carry(self, message: bytes, to: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.delay + len(message) / self.rate)
        to.write(message)
        await to.drain()

    async def _connect(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        ends = [back]
        self.ends.append(back)
        with suppress(OSError, EOFError):
            server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
            ends.append(to_server)
            while await self._exchange((client, back), (server, to_server)):
                pass
        for end in ends:
            end.transport.abort()
        self.ends.remove(back)
        await asyncio.sleep(0)  # until they are closed

    async def _exchange(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """One request and its answer; whether the connection still stands."""
        request = await _message(client[0])
        fate = self._fate(request)
        half = len(request) // 2
        await self._carry(request[:half] if fate is Fate.BEFORE else request, server[1])
        if fate is Fate.BEFORE:
            return False
        answer = await _message(server[0])
        if fate is not Fate.AFTER:
            await self._carry(answer[: len(answer) // 2] if fate is Fate.MIDWAY else answer, client[1])
        return fate is Fate.WHOLE


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A whole request or answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").lower().splitlines()
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        return head + await _chunks(reader)
    if "content-length" in headers:
        return head + await reader.readexactly(int(headers["content-length"]))
    until_closed = first.startswith("http/") and first.split()[1] not in BODILESS
    return head + (await reader.read() if until_closed else b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(size, 16) + 2)
        body += size + chunk
        if chunk == b"\r\n":
            return body


@contextmanager
def laid(line: Line) -> Iterator[Line]:
    """The line, open at `line.address` for as long as this lasts."""
    ready, ended = threading.Event(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(line._connect, "127.0.0.1", 0, limit=LONGEST_HEAD)  # noqa: SLF001
        async with server:
            line.port = server.sockets[0].getsockname()[1]
            ready.set()
            await asyncio.to_thread(ended.wait)
        for end in line.ends:
            end.transport.abort()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield line
    finally:
        ended.set()
        thread.join()
