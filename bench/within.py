"""The application in this process, on the data of the measured server: to count its statements."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tests.serving import Server
from twinweb.app import create_app
from twinweb.config import Settings
from twinweb.db import db


@contextmanager
def application(server: Server) -> Iterator[Flask]:
    app = create_app(Settings.from_environment(server.environment))
    logging.getLogger("twinweb").setLevel(logging.CRITICAL)  # what it refuses on the way is no figure
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
