"""Many who sign in, and many who save, hold up nobody who reads."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from statistics import quantiles
from time import perf_counter

import pytest

from tests.serving import Server
from tests.wire import DEMO_PASSWORD, Answer, Visitor, fields
from twinweb.config import JUDGES
from twinweb.web.door import MOST_JUDGED

CROWD = 30
NOBODY = 7
"""Of them; more would make their address pause."""
TIMES = 5
"""A list may take so many times what it takes while nobody else is there."""
LISTS = 40
SAVES = 8


@pytest.fixture
def reader(server: Server) -> Iterator[Visitor]:
    visitor = Visitor(server.address).signed_in("basra")
    yield visitor
    visitor.close()


def sign_in(server: Server, name: str) -> Answer:
    visitor = Visitor(server.address)
    try:
        form = fields(visitor.get("/login").text)
        return visitor.post("/login", form | {"user": name, "password": DEMO_PASSWORD})
    finally:
        visitor.close()


def known_names(server: Server, number: int) -> list[str]:
    with closing(sqlite3.connect(server.data / "twinweb.db")) as database:
        names = [name for (name,) in database.execute("SELECT username FROM user_account WHERE demo")]
    return [names[at % len(names)] for at in range(number)]


def save(visitor: Visitor, form: dict[str, str], title: str) -> Answer:
    return visitor.post("/lessons/new", form | {"title": title})


def slowest(took: list[float]) -> float:
    """But for the slowest twentieth."""
    return quantiles(took, n=20)[-1]


def times_of_lists(reader: Visitor, until: Callable[[list[float]], bool]) -> list[float]:
    """Seconds that lists take one after the other, none of which is answered from a copy."""
    took: list[float] = []
    while not until(took):
        begun = perf_counter()
        assert reader.get(f"/lessons/?q={len(took)}").status == 200
        took.append(perf_counter() - begun)
    return took


def enough(took: list[float]) -> bool:
    return len(took) == LISTS


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Somebody writes and does not come to an end."""
    with closing(sqlite3.connect(server.data / "twinweb.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_saves_that_wait_for_another_hold_up_no_list(server: Server, reader: Visitor) -> None:
    writers = [Visitor(server.address).signed_in("basra") for _ in range(SAVES)]
    forms = [fields(one.get("/lessons/new").text) for one in writers]

    with ThreadPoolExecutor(SAVES) as people:
        with locked(server):
            saves = [people.submit(save, *one, "ما ينتظر") for one in zip(writers, forms, strict=True)]
            times_of_lists(reader, enough)
            answered_meanwhile = [one for one in saves if one.done()]
        statuses = [one.result().status for one in saves]

    assert answered_meanwhile == []
    assert statuses == [303] * SAVES
    for one in writers:
        one.close()


def test_a_list_waits_for_no_writer_to_note_that_the_sign_in_is_in_use(
    server: Server, reader: Visitor
) -> None:
    note = "UPDATE sign_in SET last_used_at = datetime('now', '-{} minutes')"
    with closing(sqlite3.connect(server.data / "twinweb.db", isolation_level=None)) as database:
        database.execute(note.format(6))

    with ThreadPoolExecutor(1) as people, locked(server):
        writer = people.submit(sign_in, server, "basra")
        times_of_lists(reader, lambda took: enough(took) or writer.done())
        answered_meanwhile = writer.done()
    reader.get("/lessons/")

    assert not answered_meanwhile
    with closing(sqlite3.connect(server.data / "twinweb.db")) as database:
        fresh = "SELECT count(*) FROM sign_in WHERE last_used_at > datetime('now', '-5 minutes')"
        assert database.execute(fresh).fetchone() == (2,)  # the reader's, who has gone on, and the writer's


def test_who_finds_the_queue_of_sign_ins_full_is_told_so_in_words(server: Server, reader: Visitor) -> None:
    names = known_names(server, JUDGES + MOST_JUDGED + 1)

    with ThreadPoolExecutor(len(names)) as people:
        with locked(server):
            crowd = [people.submit(sign_in, server, name) for name in names]
            first, waiting = wait(crowd, return_when=FIRST_COMPLETED)
            times_of_lists(reader, enough)
        told = first.pop().result()

    assert (told.status, told.headers["retry-after"]) == (503, "5")
    assert "السجل مشغول" in told.text
    assert "The register is busy" in told.text
    assert {one.result().status for one in waiting} == {303}


def test_a_crowd_that_signs_in_holds_up_no_list(server: Server, reader: Visitor) -> None:
    """In one of three rounds: whatever else this machine does makes a round worse and never better."""
    assert any(times_longer_beside_a_crowd(server, reader) < TIMES for _round in range(3))


def times_longer_beside_a_crowd(server: Server, reader: Visitor) -> float:
    """Right passwords of most, and names that nobody has: both are judged as long."""
    names = [*known_names(server, CROWD - NOBODY), *(f"nobody{number}" for number in range(NOBODY))]
    idle = times_of_lists(reader, enough)

    with ThreadPoolExecutor(CROWD) as people:
        crowd = [people.submit(sign_in, server, name) for name in names]
        busy = times_of_lists(reader, lambda _took: all(one.done() for one in crowd))
    idle += times_of_lists(reader, enough)

    assert {one.result().status for one in crowd} <= {303, 422, 503}
    return slowest(busy) / slowest(idle)
