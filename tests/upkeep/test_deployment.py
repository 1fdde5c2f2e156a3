"""`check` says what of a deployment falls short, each with what to do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text, update

from tests import world
from twinweb import clock
from twinweb.accounts.models import User
from twinweb.audit import AuditSeal
from twinweb.db import db, transaction
from twinweb.upkeep import versions
from twinweb.upkeep.deployment import NOTE

SOUND: dict[str, Any] = {
    "public_url": "https://twinweb.gov.iq",
    "proxies": 1,
    "secret_key": "abcdefghijklmnopqrstuvwxyz0123456789",
}


@contextmanager
def deployed(app: Flask, **changed: Any) -> Iterator[None]:
    """The application with other settings, as far as `check` looks at them."""
    before, flags = app.config["TWINWEB"], dict(app.config)
    settings = replace(before, **(SOUND | changed))
    app.config["TWINWEB"] = settings
    app.config["SESSION_COOKIE_SECURE"] = settings.secure
    settings.data_dir.chmod(0o700)
    yield
    app.config.update(flags)


def said(app: Flask, *parts: str) -> str:
    result = app.test_cli_runner().invoke(args=["check", *(parts or ("deployment",))])
    assert (result.exit_code == 1) is ("faults found" in result.output), result.output
    return str(result.output)


@pytest.fixture
def copied(app: Flask, tmp_path: Path) -> None:
    assert app.test_cli_runner().invoke(args=["backup", str(tmp_path / "a.zip")]).exit_code == 0


@pytest.fixture(autouse=True)
def no_root(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the database's server has been started, which asks the same."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)


def test_a_sound_deployment_is_said_to_be(app: Flask, copied: None) -> None:
    with deployed(app):
        lines = said(app)

    assert lines == "Nothing falls short.\n"


@pytest.mark.parametrize(
    ("changed", "word", "what_to_do"),
    [
        ({"secret_key": "a" * 40}, "secret key: it can be guessed", "a new one is made"),
        ({"public_url": ""}, "serves this machine alone", "TWINWEB_PUBLIC_URL"),
        ({"public_url": "http://twinweb.local"}, "in the open", "deploy/nginx.conf"),
        ({"proxies": 0}, "nothing in front does TLS", "TWINWEB_PROXIES=1"),
        ({"host": "0.0.0.0"}, "can be passed by", "TWINWEB_HOST=127.0.0.1"),  # noqa: S104  what must not be
    ],
)
def test_settings_that_fall_short_are_named(
    app: Flask, copied: None, changed: dict[str, Any], word: str, what_to_do: str
) -> None:
    with deployed(app, **changed):
        lines = said(app).splitlines()

    assert any(word in line and what_to_do in line for line in lines), lines


def test_what_others_on_the_machine_can_read_is_named(app: Flask, copied: None, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("x")
    key.chmod(0o644)
    with deployed(app, secret_file=key):
        app.config["TWINWEB"].data_dir.chmod(0o755)
        lines = said(app)
        app.config["TWINWEB"].data_dir.chmod(0o700)

    assert f"chmod 600 {key}" in lines
    assert "chmod 700" in lines


def test_root_and_debugger_are_named(app: Flask, copied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    app.debug = True
    with deployed(app):
        lines = said(app)
    app.debug = False

    assert "runs as root" in lines
    assert "FLASK_DEBUG" in lines


def test_a_cookie_that_travels_in_the_open_is_named(app: Flask, copied: None) -> None:
    with deployed(app):
        app.config["SESSION_COOKIE_SECURE"] = False
        lines = said(app)

    assert "the cookie of sign-ins lacks SECURE" in lines


def test_open_accounts_of_a_demonstration_are_named(app: Flask, copied: None) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.username == "basra").values(demo=True))
    with deployed(app):
        assert "accounts: 1 of a demonstration are open" in said(app)
    with deployed(app, demo=True):
        assert "of a demonstration" not in said(app)


def test_no_backup_and_an_old_one_are_named(app: Flask, tmp_path: Path) -> None:
    note = app.config["TWINWEB"].data_dir / NOTE
    note.unlink(missing_ok=True)
    with deployed(app):
        assert "backup: there is none" in said(app)
        app.test_cli_runner().invoke(args=["backup", str(tmp_path / "a.zip")])
        assert "backup:" not in said(app)
        old = json.loads(note.read_text()) | {"at": (clock.now() - timedelta(days=3)).isoformat()}
        note.write_text(json.dumps(old))
        assert "backup: the last one is 3 days old" in said(app)


def test_an_end_of_the_log_that_was_cut_off_is_found_by_the_last_backup(app: Flask, tmp_path: Path) -> None:
    world.approved()
    app.test_cli_runner().invoke(args=["backup", str(tmp_path / "a.zip")])
    with transaction() as session:
        last = session.query(AuditSeal).order_by(AuditSeal.number.desc()).first()
        assert last is not None
        session.execute(delete(AuditSeal).where(AuditSeal.number == last.number))
        session.execute(text("DELETE FROM audit_event WHERE id = :id"), {"id": last.event_id})

    assert "Nothing falls short." in said(app, "log")
    with deployed(app):
        assert "activity log: it was rewritten since the last backup" in said(app)


def test_a_database_of_another_schema_is_named_first(app: Flask, copied: None) -> None:
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    with deployed(app):
        lines = said(app, "deployment", "database", "log", "entries").splitlines()

    assert lines[0].endswith("flask --app wsgi db upgrade")


def test_database_settings_that_lose_saves_are_named(app: Flask) -> None:
    lines = said(app, "database")
    if db.engine.dialect.name == "sqlite":
        assert lines == "Nothing falls short.\n"
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
            connection.exec_driver_sql("BEGIN")
        assert "synchronous is 1, not 2" in said(app, "database")
    else:  # the tests' own server is quick and unsafe, with one role
        assert "fsync is off" in lines
        assert "TWINWEB_DATABASE_OWNER_URL" in lines


def test_versions_that_get_no_corrections_are_known() -> None:
    with clock.at(datetime(2026, 11, 24, tzinfo=UTC)):
        assert versions.is_over(versions.PYTHON, "3.10")
        assert not versions.is_over(versions.PYTHON, "3.11")
        assert not versions.is_over(versions.PYTHON, "3.99")
        assert versions.is_over(versions.OPENSSL, "1.0")
        assert versions.is_over(versions.OPENSSL, "3.4")
        assert versions.is_over(versions.POSTGRESQL, "14")
    assert min(versions.PYTHON.values()) > date(2027, 1, 1)


def test_what_is_installed_is_what_is_pinned(app: Flask) -> None:
    assert list(versions.pins(app.config["TWINWEB"])) == []
