"""Busy is what passes by itself; everything else of the database is logged as a fault."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests import broken
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.db import db, is_postgresql

FORM = {"title": "عنوان", "key": "k" * 20}


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Who holds what a save needs for longer than a save waits; reading goes on."""
    db.session.remove()
    with db.engine.connect().execution_options(writes=True) as other:
        tables = "revision, sign_in" if is_postgresql() else "submission"
        hold = "LOCK TABLE {} IN SHARE MODE" if is_postgresql() else "SELECT 1 FROM {}"
        other.execute(text(hold.format(tables)))
        yield


def hasty() -> AbstractContextManager[None]:
    """Whoever connects now waits a moment alone."""
    return broken.connecting("SET lock_timeout = '200ms'" if is_postgresql() else "PRAGMA busy_timeout = 200")


def test_a_lock_that_lasts_is_busy_and_no_fault(
    app: Flask, signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = signed_in("basra")
    with hasty(), somebody_writing():
        answer = client.post("/lessons/new", data=FORM)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "السجل مشغول الآن" in answer.text
    assert '"busy"' in capsys.readouterr().err


def test_a_missing_table_is_a_fault_with_its_trace_in_the_log(
    app: Flask, signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = signed_in("basra")
    with broken.without_tables():
        answer = client.get("/lessons/")

    told = capsys.readouterr().err
    assert (answer.status_code, "Retry-After" in answer.headers) == (500, False)
    assert "Traceback" in told
    assert answer.text.count('<bdi dir="ltr">') >= 1


def test_a_database_that_nobody_reaches_is_said_to_be_away(
    app: Flask, signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = signed_in("basra")
    if not is_postgresql():
        pytest.skip("of PostgreSQL alone: a file is there, or it is a fault")
    with broken.away():
        answer = client.get("/lessons/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "تعذّر الوصول إلى السجل الآن" in answer.text
    assert "the database is away" in capsys.readouterr().err


def test_an_act_that_is_done_is_answered_so_where_its_answer_cannot_be_noted(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client, create = signed_in("basra"), app.view_functions["pages.create"]

    def and_break(**more: str) -> object:
        answer = create(**more)
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE submission RENAME TO submission_gone"))
        return answer

    monkeypatch.setitem(app.view_functions, "pages.create", and_break)
    answer = client.post("/lessons/new", data=FORM)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE submission_gone RENAME TO submission"))
    monkeypatch.setitem(app.view_functions, "pages.create", create)
    again = client.post("/lessons/new", data=FORM)

    assert (answer.status_code, again.status_code) == (303, 303)
    assert "the answer was not noted" in capsys.readouterr().err
    assert db.session.scalar(text("SELECT count(*) FROM revision")) == 1


def test_reading_goes_on_where_the_use_of_a_sign_in_cannot_be_noted(
    app: Flask, signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = signed_in("basra")
    with broken.read_only(), clock.at(clock.now() + timedelta(minutes=10)):
        answer = client.get("/lessons/")

    assert answer.status_code == 200
    assert "was not noted" in capsys.readouterr().err
