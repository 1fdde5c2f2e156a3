"""What lists, filters and search cost as the register grows."""

import subprocess
from collections.abc import Iterator
from functools import partial

from bench.costs import slowest_of_twenty
from bench.rivals import runs
from bench.rivals.beside import ms_on_a_quiet_machine
from bench.rows import Row
from tests.serving import ROOT, Server
from tests.wire import Visitor

WATCHED = {
    "list": "/lessons/",
    "filter": "/lessons/?sector=water-resources&year=2022",
    "filter, rare": "/lessons/?sector=agriculture&governorate=muthanna",
    "filter and words": "/lessons/?q=شبكة&sector=water-resources",
    "search, frequent word": "/search?q=مياه",
    "search, two words": "/search?q=نفايات%20البصرة",
    "search, rare word": "/search?q=مخاتير",
}
SEARCH = "search"
"""Held to its slowest of twenty alone: the more there is, the more there is to put in order."""
TIMES = 60
ALLOWED = {100_000: 1.3, 1_000_000: 2.0}
"""Of what it costs among 10,000."""

Costs = dict[str, float]


def add_lessons(server: Server, count: int) -> None:
    flask = [str(ROOT / ".venv/bin/flask"), "--app", "wsgi", "sample", "--lessons", str(count)]
    subprocess.run(flask, env=server.environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def costs(server: Server, django: runs.Other) -> Costs:
    person = Visitor(server.address).signed_in("basra")
    found = {
        name: ms_on_a_quiet_machine(server, partial(person.get, path), django)
        for name, path in WATCHED.items()
    }
    person.close()
    return found


def rows(server: Server, lessons: int, first: Costs, django: runs.Other) -> Iterator[Row]:
    for name, cost in costs(server, django).items():
        allowed = 0 if name.startswith(SEARCH) else ALLOWED[lessons]
        yield Row(f"{name}: {cost:.1f} ms, among 10,000 {first[name]:.1f}", cost / first[name], allowed, "x")
    yield from searching(server, lessons)


def searching(server: Server, lessons: int) -> Iterator[Row]:
    person = Visitor(server.address).signed_in("basra")
    for name, path in WATCHED.items():
        if name.startswith(SEARCH):
            p95 = slowest_of_twenty(lambda path=path: person.get(path), TIMES)  # type: ignore[misc]
            yield Row(f"{name} among {lessons:,}: p95 on the wall", p95, 50, "ms")
    person.close()
