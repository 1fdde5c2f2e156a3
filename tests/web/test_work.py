"""What waits for what: passwords are judged apart, and what is sent stands in no reader's way."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from tests.addresses import examples, get_rules, programme
from tests.conftest import SignedIn
from twinweb.db import db
from twinweb.web.work import Work, work_of


@pytest.mark.parametrize("path", ["/login", "/account/prove", "/account/password", "/login/reset/token"])
def test_what_judges_a_password_waits_apart(app: Flask, path: str) -> None:
    find = work_of(app)

    assert (find("POST", path), find("GET", path)) == (Work.JUDGES, Work.READS)


@pytest.mark.parametrize(
    ("method", "path", "work"),
    [
        ("HEAD", "/lessons/", Work.READS),
        ("POST", "/lessons/new", Work.WRITES),
        ("GET", "/admin/users/1", Work.WRITES),
        ("GET", "/no/such/page", Work.READS),
        ("POST", "/no/such/page", Work.WRITES),
        ("BREW", "/login", Work.WRITES),
    ],
)
def test_the_method_tells_the_rest(app: Flask, method: str, path: str, work: Work) -> None:
    assert work_of(app)(method, path) is work


def test_a_page_that_writes_says_so(app: Flask, signed_in: SignedIn) -> None:
    """It would else hold a reader's thread for as long as it waits for other writers."""
    made, find = programme(), work_of(app)
    wrote: set[str] = set()

    for name in ("basra", "reviewer", "admin"):
        client = signed_in(name)
        for rule in get_rules(app):
            for address in examples(app, rule, made):
                with transactions() as begun:
                    client.get(address).close()
                if "in turn" in begun and find("GET", address) is not Work.WRITES:
                    wrote.add(rule.rule)

    assert wrote == set()


@contextmanager
def transactions() -> Iterator[list[str]]:
    """How each that begins inside takes the lock for writing."""
    begun: list[str] = []

    def note(connection: Connection) -> None:
        begun.append(connection.get_execution_options().get("writes", ""))

    event.listen(db.engine, "begin", note)
    try:
        yield begun
    finally:
        event.remove(db.engine, "begin", note)
