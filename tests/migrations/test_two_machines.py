"""Machines that are started at the same time set the register up once, one after the other."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import URL, create_engine, text

from tests.conftest import DATABASES, SECRET, administer
from twinweb.config import ROOT
from twinweb.db import db, is_postgresql

MACHINES = 4


@pytest.fixture(params=DATABASES)
def environments(request: pytest.FixtureRequest, tmp_path: Path) -> list[dict[str, str]]:
    """Of machines on one empty database; on SQLite they are processes on one data directory."""
    if request.param == "sqlite":
        return [{"TWINWEB_DATA_DIR": str(tmp_path)}] * MACHINES
    server: URL = request.getfixturevalue("postgresql_server")
    administer(server, "DROP DATABASE IF EXISTS machines WITH (FORCE)", "CREATE DATABASE machines")
    url = server.set(drivername="postgresql", database="machines").render_as_string(hide_password=False)
    return [
        {"TWINWEB_DATA_DIR": str(tmp_path / str(number)), "TWINWEB_DATABASE_URL": url}
        for number in range(MACHINES)
    ]


def at_once(environments: Sequence[dict[str, str]], *words: str) -> list[tuple[int, str]]:
    """The same command on every machine at the same time: how each ended, and what it said."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    given = {**os.environ, "TWINWEB_SECRET_KEY": SECRET}
    running = [
        subprocess.Popen(
            flask, env=given | one, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for one in environments
    ]
    said = [one.communicate(timeout=300)[0] for one in running]
    return [(one.returncode, text) for one, text in zip(running, said, strict=True)]


@pytest.mark.parametrize("loading", ["reference", "sample"])
def test_machines_that_start_at_once_set_it_up_once(environments: list[dict[str, str]], loading: str) -> None:
    migrated = at_once(environments, "db", "upgrade")
    assert [code for code, _said in migrated] == [0] * MACHINES, migrated

    loaded = at_once(environments, loading)
    assert [code for code, _said in loaded] == [0] * MACHINES, loaded
    if loading == "sample":
        assert sum("Sample programme: 0 entries" in said for _code, said in loaded) == MACHINES - 1, loaded


def test_a_migration_behind_a_lock_gives_up_in_words(app: Flask) -> None:
    if not is_postgresql():
        pytest.skip("of PostgreSQL alone")
    db.session.remove()
    other = create_engine(db.engine.url)
    with other.connect() as reading:
        reading.execute(text("SELECT * FROM deployment"))
        with pytest.raises(SystemExit, match="Nothing was migrated"):
            downgrade(revision="0015")
    other.dispose()

    assert app.test_client().get("/readyz").status_code == 200
