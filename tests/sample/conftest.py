"""The sample programme, loaded once a module, and databases without the people of `world`."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import URL, delete

from tests.conftest import DATABASES, administer, settings
from twinweb.accounts.models import Membership, User
from twinweb.app import create_app
from twinweb.db import db, transaction


def _own_database(server: URL) -> str:
    administer(server, "DROP DATABASE IF EXISTS sample WITH (FORCE)", "CREATE DATABASE sample")
    return server.set(database="sample").render_as_string(hide_password=False)


@pytest.fixture(scope="module", params=DATABASES)
def programme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A demonstration as `flask sample` leaves it. Its tests only read, or add."""
    folder = tmp_path_factory.mktemp("sample")
    url = (
        f"sqlite:///{folder / 'twinweb.db'}"
        if request.param == "sqlite"
        else _own_database(request.getfixturevalue("postgresql_server"))
    )
    app = create_app(settings(url, folder, demo=True))
    with app.app_context():
        upgrade()
        assert app.test_cli_runner().invoke(args=["sample"]).exit_code == 0
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def nobody(app: Flask) -> Flask:
    """A database with reference data, and no account."""
    with transaction() as session:
        session.execute(delete(Membership))
        session.execute(delete(User))
    return app
