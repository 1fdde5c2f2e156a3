"""The log can be added to and not rewritten: whoever tries is found out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, insert, select, text, update

from tests import world
from tests.entries.test_two_at_once import at_once
from twinweb import audit, clock
from twinweb.audit import AuditEvent, AuditSeal, Head
from twinweb.db import db, transaction


def record(number: int = 1) -> None:
    """Each in a transaction of its own."""
    for one in range(number):
        with transaction():
            audit.record("save", "lesson", one, by_id=None, fields=["title", "العنوان"], rows=[1, {"b": 1.5}])


def _with_another_name() -> None:
    db.session.execute(update(AuditEvent).where(AuditEvent.thing_id == "1").values(act="approve"))


def _at_another_time() -> None:
    db.session.execute(update(AuditEvent).where(AuditEvent.thing_id == "1").values(at=clock.now()))


def _taken_out() -> None:
    gone = select(AuditEvent.id).where(AuditEvent.thing_id == "1").scalar_subquery()
    db.session.execute(delete(AuditSeal).where(AuditSeal.event_id == gone))
    db.session.execute(delete(AuditEvent).where(AuditEvent.thing_id == "1"))


def _put_in() -> None:
    values = {"at": clock.now(), "act": "approve", "thing": "lesson", "thing_id": "9", "details": {}}
    db.session.execute(insert(AuditEvent).values(values))


def test_all_that_commands_write_is_chained(app: Flask) -> None:
    world.approved("partnership")
    world.returned()
    record(3)

    assert list(audit.faults()) == []
    assert audit.head().number == db.session.query(AuditEvent).count() > 8


@pytest.mark.parametrize("forge", [_with_another_name, _at_another_time, _taken_out, _put_in])
def test_whoever_rewrites_the_log_is_found_out(app: Flask, forge: Callable[[], None]) -> None:
    record(3)
    with transaction():
        forge()

    assert len(list(audit.faults())) in (1, 2)


def test_what_was_not_done_is_not_in_the_log(app: Flask) -> None:
    before = audit.head()
    with transaction() as session:
        audit.record("save", "lesson", 1, by_id=None)
        session.flush()
        session.rollback()
    record()

    assert audit.head().number == before.number + 1
    assert list(audit.faults()) == []


def test_many_at_the_same_moment_make_one_chain(app: Flask) -> None:
    before = audit.head().number
    assert at_once(app, *[lambda: record(10)] * 6) == [None] * 6

    db.session.rollback()
    assert audit.head().number == before + 60
    assert list(audit.faults()) == []


def test_what_was_done_before_there_was_a_chain_is_chained(app: Flask) -> None:
    world.approved("lesson")
    record(3)
    before = audit.head()
    db.session.remove()
    downgrade(revision="0009")
    upgrade()

    assert list(audit.faults()) == []
    assert audit.head() == Head(before.number, before.hash)


def test_a_chain_cannot_fork(app: Flask) -> None:
    record()
    number = audit.head().number
    with db.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)unique"):
        connection.execute(text("INSERT INTO audit_seal VALUES (:n, :e, 'x')"), {"n": number, "e": 1})
