"""On PostgreSQL one role migrates, and the application's can add to the log and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import URL, text
from sqlalchemy.exc import ProgrammingError

from tests import world
from tests.conftest import DATABASES, administer, settings
from twinweb import audit, rights
from twinweb.app import create_app
from twinweb.config import Settings, WrongSetting
from twinweb.db import db
from twinweb.reference.commands import load_reference

FORBIDDEN = [
    "UPDATE audit_event SET act = 'x'",
    "DELETE FROM audit_event",
    "UPDATE audit_seal SET hash = 'x'",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_seal",
    "DROP TABLE audit_seal",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE own (a int)",
]

pytestmark = pytest.mark.skipif("postgresql" not in DATABASES, reason="of PostgreSQL alone")


@pytest.fixture
def two_roles(postgresql_server: URL, tmp_path: Path) -> Iterator[Flask]:
    administer(
        postgresql_server,
        "CREATE ROLE keeper LOGIN PASSWORD 'keeper'",
        "CREATE ROLE \"web-app\" LOGIN PASSWORD 'web'",
        "CREATE DATABASE two_roles OWNER keeper",
    )
    here = postgresql_server.set(database="two_roles")
    as_owner = here.set(username="keeper", password="keeper").render_as_string(hide_password=False)
    as_app = here.set(username="web-app", password="web").render_as_string(hide_password=False)
    app = create_app(settings(as_app, tmp_path, database_owner_url=as_owner))
    with app.app_context():
        upgrade()
        load_reference()
        world.people()
        yield app
        db.session.remove()
        db.engine.dispose()
    administer(
        postgresql_server,
        "DROP DATABASE two_roles WITH (FORCE)",
        "DROP ROLE keeper",
        'DROP ROLE "web-app"',
    )


def test_the_register_works_as_ever(two_roles: Flask) -> None:
    world.approved("lesson")
    two_roles.test_cli_runner().invoke(args=["reindex"])

    assert list(audit.faults()) == []
    with db.engine.connect() as connection:
        assert list(rights.excess(connection)) == []


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_application_can_rewrite_nothing(two_roles: Flask, statement: str) -> None:
    with db.engine.connect() as connection, pytest.raises(ProgrammingError, match="InsufficientPrivilege"):
        connection.execute(text(statement))


def test_a_role_that_owns_all_is_told_to_have_too_much(request: pytest.FixtureRequest) -> None:
    app, renew = request.getfixturevalue("postgresql")
    renew()
    with app.app_context():
        with db.engine.connect() as connection:
            assert "DELETE on audit_event" in list(rights.excess(connection))
        db.engine.dispose()


@pytest.mark.parametrize(
    ("own", "owner"),
    [
        ("sqlite:///x.db", "postgresql://keeper@/twinweb"),
        ("postgresql://web@/twinweb", "postgresql://web@/twinweb"),
        ("postgresql://web@/twinweb", "postgresql://keeper@/other"),
    ],
)
def test_an_owner_of_something_else_is_refused(tmp_path: Path, own: str, owner: str) -> None:
    with pytest.raises(WrongSetting, match="TWINWEB_DATABASE_OWNER_URL"):
        Settings(secret_key="x" * 40, database_url=own, data_dir=tmp_path, database_owner_url=owner).checked()
