"""`/readyz` says no where nothing can be written, and leaves nothing behind by asking."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pysqlite3 as sqlite
import pytest
from flask import Flask

from tests import world
from tests.conftest import DATABASES, administer
from twinweb.db import db, transaction
from twinweb.upkeep.models import Deployment

of_sqlite = pytest.mark.skipif("sqlite" not in DATABASES, reason="of SQLite alone")


def answer(app: Flask) -> tuple[int, str]:
    said = app.test_client().get("/readyz")
    return said.status_code, said.text


def database() -> Path:
    return Path(db.engine.url.database or "")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond what the largest has now."""
    largest = max(one.stat().st_size for one in database().parent.glob("twinweb.db*"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill_what_is_left() -> None:
    """Until a save finds no room."""
    with sqlite.connect(database(), isolation_level=None) as other, pytest.raises(sqlite.Error):
        save_for_ever(other)


def save_for_ever(other: sqlite.Connection) -> None:
    for number in count():
        other.execute("INSERT INTO counter VALUES (?, 1)", (f"{number:020}",))


def test_a_sound_database_is_ready_again_and_again_and_nothing_is_left(app: Flask) -> None:
    before = db.session.scalars(db.select(Deployment.secret)).one()
    db.session.rollback()

    said = [answer(app) for _ in range(20)]

    assert said == [(200, "yes\n")] * 20
    assert db.session.scalars(db.select(Deployment.secret)).one() == before
    world.draft()  # and nobody is kept waiting


@of_sqlite
def test_it_asks_without_making_files_grow(on_sqlite: Flask) -> None:
    answer(on_sqlite)
    before = {one: one.stat().st_size for one in database().parent.glob("twinweb.db*")}

    for _ in range(20):
        answer(on_sqlite)

    assert {one: one.stat().st_size for one in database().parent.glob("twinweb.db*")} == before


@of_sqlite
def test_a_full_disk_is_not_ready(on_sqlite: Flask) -> None:
    world.draft()
    with full_disk():
        fill_what_is_left()
        full = answer(on_sqlite)

    assert full == (503, "no\n")
    assert answer(on_sqlite) == (200, "yes\n")


@of_sqlite
def test_who_writes_just_now_does_not_make_it_unready(on_sqlite: Flask) -> None:
    with sqlite.connect(database(), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")

        assert answer(on_sqlite) == (200, "yes\n")


@pytest.mark.skipif("postgresql" not in DATABASES, reason="of PostgreSQL alone")
def test_a_postgresql_that_may_only_be_read_is_not_ready(request: pytest.FixtureRequest) -> None:
    app, renew = request.getfixturevalue("postgresql")
    renew()
    server = request.getfixturevalue("postgresql_server")
    with app.app_context():
        administer(server, "ALTER DATABASE twinweb SET default_transaction_read_only = on")
        db.engine.dispose()
        said = answer(app)
        administer(server, "ALTER DATABASE twinweb RESET default_transaction_read_only")
        db.engine.dispose()

    assert said == (503, "no\n")


def test_a_register_of_another_key_is_not_ready(app: Flask) -> None:
    with transaction() as session:
        session.execute(db.update(Deployment).values(secret="0" * 64))

    assert answer(app) == (503, "no\n")


@of_sqlite
def test_a_full_disk_is_a_fault_that_is_logged_and_reading_goes_on(
    on_sqlite: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    on_sqlite.config["WTF_CSRF_ENABLED"] = False
    client = on_sqlite.test_client()
    with client.session_transaction() as session:
        session["sign_in"] = world.sign_in_token("basra")
    db.session.remove()
    with full_disk():
        fill_what_is_left()
        page = client.get("/lessons/")
        capsys.readouterr()
        refused = client.post("/lessons/new", data={"title": "عنوان", "key": "k" * 20})
    on_sqlite.config["WTF_CSRF_ENABLED"] = True

    told = capsys.readouterr().err
    assert (page.status_code, refused.status_code) == (200, 500)
    assert "full" in told or "disk I/O" in told
    assert '<bdi dir="ltr">' in refused.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_proxy_asks_each_machine_by_the_name_of_that_machine(app: Flask, path: str) -> None:
    client, own_name = app.test_client(), {"Host": "machine-2.internal:5000"}

    assert client.get(path, headers=own_name).status_code == 200
    assert client.get("/login", headers=own_name).status_code == 400
