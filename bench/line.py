"""Slow clients: 200 whose headers do not end and 200 whose bodies trickle, beside people at work."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench.costs import slowest_of_twenty
from bench.rows import Row
from tests.serving import Server
from tests.wire import Visitor, multipart

SLOW = 200


def rows(server: Server) -> Iterator[Row]:
    person = Visitor(server.address).signed_in("basra")
    yield Row(
        "p95 of a list, nobody slow", slowest_of_twenty(lambda: person.get("/lessons/"), 100), 200, "ms"
    )
    body = person.request("POST", "/lessons/new", *multipart({"title": "م" * 2_000}))
    head = b"GET /lessons/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"
    with ExitStack() as stack:
        for opening in [head] * SLOW + [body[:-1_000]] * SLOW:
            stack.enter_context(server.connect()).sendall(opening)
        yield Row(
            f"p95 of a list beside {SLOW} slow headers and {SLOW} slow bodies",
            slowest_of_twenty(lambda: person.get("/lessons/"), 100),
            200,
            "ms",
        )
    person.close()
