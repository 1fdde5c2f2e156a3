"""The production server: granian, told how patient to be (`deploy/start`).

Each process works: the first forks the others, and none only watches, which would hold as much memory. When
one is lost, all end, and what started them starts them again (`deploy/twinweb.service`).
"""

import asyncio
import gc
import os
import resource
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from threading import Thread
from typing import Any

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from twinweb.attachments.store import ask_at_start
from twinweb.config import Settings, WrongSetting

A_MINUTE = 60_000
"""In milliseconds, and the most that granian knows: so long a connection on 2G is kept between two clicks."""
CONNECTIONS = 2_000
"""Of one worker, most of them idle or slow: they cost a file each and no thread (`twinweb/web/door.py`)."""
PATIENCE, HASTE = 20, 2
"""Seconds that what is in flight may take when the server is told to stop, and when a process is lost: until
all are gone, nothing starts them again."""


def serve(settings: Settings) -> int:
    """Until told to stop, or one of the processes is lost; the status to exit with."""
    allow_files(CONNECTIONS * settings.workers)
    wsgi = import_module("wsgi")
    import_module("twinweb.upkeep.same_key").before_serving(wsgi.app)
    if settings.workers > 1:
        load_what_workers_share(wsgi.app)
    first = os.getpid()
    others = fork_others(settings.workers - 1)
    if os.getpid() == first:
        Thread(target=ask_at_start, args=[wsgi.app], daemon=True).start()
    return asyncio.run(work(server_of(wsgi.door, settings), first, others))


def server_of(door: object, settings: Settings) -> Server:
    return Server(
        door,
        address=settings.host,
        port=settings.port,
        http=HTTPModes.http1,
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=A_MINUTE),
        log_level=LogLevels.error,
    )


def allow_files(wanted: int) -> None:
    """As many open files as that takes, or as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted + 1_000, most), most))


def load_what_workers_share(app: Any) -> None:  # noqa: ANN401  the application, which is loaded late
    """The others are forked from this process: what it has loaded they need not hold again."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()  # looking for garbage there would write on what is shared


def fork_others(count: int) -> list[int]:
    """The processes forked from this one; these themselves know none."""
    others: list[int] = []
    for _ in range(count):
        if not (other := os.fork()):
            return []
        others.append(other)
    return others


async def work(server: Server, first: int, others: Sequence[int]) -> int:
    """The first process watches the others, and each of them watches the first."""
    serving = asyncio.create_task(server.serve())
    status = await end_of(serving, {*others, first} - {os.getpid()})
    if serving.done():
        why, _newline, _backtrace = str(serving.exception()).partition("\n")
        sys.stderr.write(f"TwinWeb stops. {why}\n")
    server.stop()  # type: ignore[no-untyped-call]
    await leave(serving, others, HASTE if status else PATIENCE)
    if not serving.done():
        os._exit(status)  # a thread that is still at work would keep this process
    return status


async def end_of(serving: asyncio.Task[None], watched: Iterable[int]) -> int:
    """0 when it is told to stop; 1 when a process is lost, or nothing can be served."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    serving.add_done_callback(lambda _: end(1))
    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, end, 0)
    lives = [os.pidfd_open(process) for process in watched]
    for life in lives:
        loop.add_reader(life, end, 1)
    status = await ended
    for life in lives:
        loop.remove_reader(life)
    return status


async def leave(serving: asyncio.Task[None], others: Sequence[int], patience: int) -> None:
    """Tell the others, and wait for what is in flight; for nobody for ever."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    for other in others:
        os.kill(other, signal.SIGTERM)
    await asyncio.wait([serving], timeout=patience)
    while others := [other for other in others if is_running(other)]:
        if loop.time() > until:
            for other in others:
                os.kill(other, signal.SIGKILL)
        await asyncio.sleep(0.05)


def is_running(other: int) -> bool:
    """Of a process forked from this one."""
    return os.waitpid(other, os.WNOHANG) == (0, 0)


if __name__ == "__main__":
    try:
        status = serve(Settings.from_environment())
    except WrongSetting as wrong:
        raise SystemExit(f"TwinWeb does not start. {wrong}") from None
    sys.exit(status)
