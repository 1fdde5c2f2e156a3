"""One secret key on every machine of a register: another one does not start, and is told what to copy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from tests.serving import ROOT, Server, free_port
from tests.upkeep.test_archive import Elsewhere, elsewhere, run
from twinweb.db import db, transaction
from twinweb.upkeep import same_key
from twinweb.upkeep.models import Deployment

__all__ = ["elsewhere"]
TOUCHING = [
    ("reference",),
    ("sample",),
    ("reindex",),
    ("digest",),
    ("retention",),
    ("user", "code", "basra"),
    ("user", "create", "x.y", "--admin"),
    ("user", "reset-second-factor", "basra"),
    ("db", "upgrade"),
]


@pytest.fixture
def another_key(app: Flask) -> Flask:
    """The second machine, which has made a key of its own."""
    app.config["SECRET_KEY"] = "another-another-another-another-another"
    return app


def noted() -> str:
    found = db.session.scalars(select(Deployment.secret)).one()
    db.session.rollback()
    return found


@pytest.mark.parametrize("command", [*TOUCHING, ("backup", "{}/a.zip")], ids=" ".join)
def test_no_command_touches_the_register_with_another_key(
    another_key: Flask, tmp_path: Path, command: tuple[str, ...]
) -> None:
    before = noted()

    code, said = run(another_key, *(word.format(tmp_path) for word in command))

    assert code != 0
    assert "Copy the file secret-key" in said
    assert not list(tmp_path.glob("*.zip"))
    assert noted() == before


def test_check_says_that_it_is_another_key(another_key: Flask) -> None:
    assert (
        "secret key: The secret key of this machine is not the one"
        in run(another_key, "check", "deployment")[1]
    )


def test_a_key_that_is_lost_for_good_is_followed_by_another_one(another_key: Flask) -> None:
    assert run(another_key, "adopt-key")[0] == 0

    assert run(another_key, "reference") == (0, "")
    assert "not the one of this register" not in run(another_key, "check", "deployment")[1]


def test_what_was_migrated_before_gets_the_key_that_is_there(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("DELETE FROM deployment"))
    db.session.remove()

    upgrade()

    with db.engine.connect() as connection:
        same_key.require(connection)
    assert len(noted()) == 64


def test_a_copy_comes_back_under_another_key_and_is_of_that_key_then(
    another_key: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    former = noted()
    del another_key.config["SECRET_KEY"]
    another_key.config["SECRET_KEY"] = another_key.config["TWINWEB"].secret_key
    run(another_key, "backup", str(tmp_path / "copy.zip"))

    with elsewhere("sqlite") as again:
        again.config["SECRET_KEY"] = "another-another-another-another-another"
        upgrade()
        code, said = run(again, "restore", str(tmp_path / "copy.zip"))
        assert (code, "The secret key is another one" in said) == (0, True), said
        assert noted() != former
        assert run(again, "reference") == (0, "")


def test_a_server_with_another_key_does_not_start(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    server.kill()
    (tmp_path / "secret-key").write_text("another-another-another-another-another")

    told = [
        subprocess.run(command, env=server.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        for command in ([ROOT / "deploy" / "start"], [sys.executable, "serve.py"])
    ]

    assert [one.returncode for one in told] == [1, 1]
    for one in told:
        assert f"{tmp_path}/secret-key" in one.stderr
        assert "Traceback" not in one.stderr


@pytest.mark.parametrize("command", [*TOUCHING, ("check",), ("backup", "{}/a.zip")], ids=" ".join)
def test_a_database_that_is_away_is_told_with_what_to_look_at(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    nobody = f"postgresql://twinweb@127.0.0.1:{free_port()}/twinweb"
    settings = {"TWINWEB_DATABASE_URL": nobody, "TWINWEB_DATA_DIR": str(tmp_path)}
    typed = [sys.executable, "-m", "flask", "--app", "wsgi", *(word.format(tmp_path) for word in command)]

    told = subprocess.run(
        typed, env={**os.environ, **settings}, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert told.returncode == 1
    assert "whether it runs, and whether TWINWEB_DATABASE_URL leads there" in told.stderr
    assert "Traceback" not in told.stderr
    assert "db upgrade" not in told.stdout
