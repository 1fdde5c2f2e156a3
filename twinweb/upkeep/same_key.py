"""Every machine of a register has the same secret key: its fingerprint stands in the database.

With another key each sign-in is lost at the other machine, and seeds of authenticators stay shut.
"""

import hmac
from contextlib import suppress

from flask import Flask, current_app
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from twinweb import audit
from twinweb.accounts.keys import keyed_hash
from twinweb.config import Settings, WrongSetting
from twinweb.db import db, transaction, upsert
from twinweb.upkeep.models import Deployment


class OtherKey(WrongSetting):
    """This machine's secret key is not the one that the register was set up with."""


def require(connection: Connection) -> None:
    """Raise `OtherKey` where it differs. A register that is not set up yet takes any."""
    if differs(connection):
        raise OtherKey(advice(current_app.config["TWINWEB"]))


def differs(connection: Connection) -> bool:
    if not inspect(connection).has_table(Deployment.__tablename__):
        return False
    noted = connection.scalar(select(Deployment.secret))
    return noted is not None and not hmac.compare_digest(noted, _fingerprint())


def keep(connection: Connection) -> None:
    """After migrating: note this machine's key, where none is noted."""
    if inspect(connection).has_table(Deployment.__tablename__):
        connection.execute(upsert(Deployment).values(id=1, secret=_fingerprint()).on_conflict_do_nothing())


def adopt() -> None:
    """Note this machine's key in the place of the former one, which is lost."""
    with transaction() as session:
        session.merge(Deployment(id=1, secret=_fingerprint()))
        audit.record("adopt_key", "register", "", by_id=None)


def advice(settings: Settings) -> str:
    own = settings.secret_file or settings.data_dir / "secret-key"
    return (
        "The secret key of this machine is not the one of this register. Copy the file secret-key of the "
        f"first machine's data directory to {own}, or set TWINWEB_SECRET_KEY here as it is set there. "
        "Only where that key is lost for good, type: flask --app wsgi adopt-key"
    )


def refuse_other_key() -> None:
    """Raise `OtherKey` before anything is done with the register."""
    require(db.session.connection())


def before_serving(app: Flask) -> None:
    """Raise `OtherKey`. While the database is away, `/readyz` goes on asking. Nothing open is forked."""
    with app.app_context(), suppress(SQLAlchemyError):
        try:
            refuse_other_key()
        finally:
            db.session.remove()
            db.engine.dispose()


def _fingerprint() -> str:
    return keyed_hash("", "deployment")
