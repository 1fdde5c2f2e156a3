"""Measures everything and prints the table; `--full` adds a million lessons."""

import shutil
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from bench import growth, line, pages, saves, wire
from bench.costs import memory_mb, ms_a_request
from bench.rivals import runs
from bench.rivals.beside import ms_on_a_quiet_machine
from bench.rows import Row, show
from tests.serving import Server
from tests.wire import Visitor

LESSONS = 10_000
TIMES = 100
PROCESSOR = {"/lessons/": 6, "/lessons/?sector=water-resources&year=2022": 6, "/search?q=مياه": 8}
"""Milliseconds of it that a request may take."""
ALSO = ("/", "/login", "/lessons/new", "entry")
MEMORY = {1: 90, 2: 140}


def main(*, full: bool) -> None:
    data = Path(mkdtemp(prefix="twinweb-bench-"))
    server = Server(data)
    try:
        server.start()
        measure(server, full=full)
    finally:
        server.kill()
        shutil.rmtree(data)


def measure(server: Server, *, full: bool) -> None:
    found = show("Over the wire, sample programme", wire.rows(server))
    growth.add_lessons(server, LESSONS)
    found += show(f"Over the wire, {LESSONS:,} lessons", wire.rows(server))
    found += show(f"Every page and fragment, {LESSONS:,} lessons", pages.rows(server))
    with runs.django_admin(server) as django:
        found += show(f"Processor time a request, {LESSONS:,} lessons", processor(server, django))
        title = "Beside others: one list of 25 among the same lessons, gzip"
        found += show(title, beside_others(server, django))
        found += show("Memory after use", memory(server))
        found += show("The line", line.rows(server))
        found += show("Saves through a line that cuts", saves.rows(server))
        found += show("Growth", grow(server, django, full=full))
    short = [row for row in found if row.verdict.startswith("TOO MUCH")]
    print(f"\n{len(found)} figures, {len(short)} above what is allowed.")


def processor(server: Server, django: runs.Other) -> Iterator[Row]:
    for role in wire.PAGES:
        person = Visitor(server.address).signed_in(role)
        for page in (*PROCESSOR, *ALSO):
            ask = partial(person.get, wire.path_of(person, page))
            ms = ms_on_a_quiet_machine(server, ask, django)
            yield Row(f"{role} {page}", ms, PROCESSOR.get(page, 0), "ms")
        person.close()


def memory(server: Server) -> Iterator[Row]:
    for workers, allowed in MEMORY.items():
        other = Server(server.data, {"TWINWEB_DEMO": "1", "TWINWEB_WORKERS": str(workers)})
        other.start()
        for _ in range(4 * workers):  # connections are shared out among the workers
            person = Visitor(other.address).signed_in("basra")
            for page in (*PROCESSOR, *ALSO):
                person.get(wire.path_of(person, page))
            person.close()
        time.sleep(1)
        yield Row(f"{workers} worker{'s' * (workers > 1)}, PSS", memory_mb(other.process.pid), allowed, "MB")
        other.kill()


def beside_others(server: Server, django: runs.Other) -> Iterator[Row]:
    person = Visitor(server.address, wire.ENCODINGS["gzip"][0]).signed_in("basra")
    ours = runs.Cost(
        ms_a_request(server.process.pid, lambda: person.get("/lessons/"), TIMES),
        person.get("/lessons/").down,
        memory_mb(server.process.pid),
    )
    person.close()
    for name, other in (("bare Flask", runs.bare_flask(server)), ("Django's admin", django.cost())):
        yield Row(f"{name}: {other.ms:.1f} ms; ours, of it", ours.ms / other.ms, 0, "x")
        yield Row(f"{name}: {other.bytes:,.0f} bytes; ours, of it", ours.bytes / other.bytes, 0, "x")
        yield Row(f"{name}: {other.mb:.0f} MB; ours, of it", ours.mb / other.mb, 0, "x")


def grow(server: Server, django: runs.Other, *, full: bool) -> Iterator[Row]:
    first, there = growth.costs(server, django), LESSONS
    yield from growth.searching(server, LESSONS)
    for lessons in growth.ALLOWED if full else [100_000]:
        growth.add_lessons(server, lessons - there)
        there = lessons
        yield from growth.rows(server, lessons, first, django)


if __name__ == "__main__":
    main(full="--full" in sys.argv)
