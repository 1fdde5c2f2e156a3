"""The application on SQLite, where a test is about its files."""

from collections.abc import Iterator

import pytest
from flask import Flask

from twinweb.db import db


@pytest.fixture
def on_sqlite(request: pytest.FixtureRequest) -> Iterator[Flask]:
    app, renew = request.getfixturevalue("sqlite")
    renew()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
