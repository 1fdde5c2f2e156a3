"""Whether this process can serve: the database is of its schema, of its key, and takes what is written."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from twinweb.db import db, is_postgresql
from twinweb.failures import Failure, kind_of
from twinweb.upkeep import same_key
from twinweb.upkeep.schema import is_migrated

MUCH = 65_536
"""About what a save writes. SQLite puts it on the disk before the end if it may keep so few pages …"""
PAGES = 2
WRITE = {
    "sqlite": "UPDATE deployment SET secret = hex(zeroblob(:much / 2))",
    "postgresql": "UPDATE deployment SET secret = secret WHERE :much > 0",
}


def why_not() -> str:
    """Why it cannot; "" where it can, or somebody else writes just now. Cheap, and leaves nothing behind."""
    if not is_migrated():
        return "not of this program's schema, or the database is away"
    try:
        with _small_cache() as connection:
            return _try_to_write(connection)
    except SQLAlchemyError as error:
        return "" if kind_of(error) is Failure.BUSY else f"nothing can be written: {error}"


def _try_to_write(connection: Connection) -> str:
    """… and then takes it back: a full disk is noticed by no less."""
    if same_key.differs(connection):
        return "another secret key"
    connection.rollback()
    connection.execution_options(writes="if free")
    connection.execute(text(WRITE[connection.dialect.name]), {"much": MUCH})
    connection.rollback()
    return ""


@contextmanager
def _small_cache() -> Iterator[Connection]:
    """A connection that, on SQLite, keeps so few pages in memory."""
    with db.engine.connect() as connection:
        if is_postgresql():
            yield connection
            return
        cursor = connection.connection.cursor()
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {PAGES}")
        try:
            yield connection
        finally:
            connection.rollback()
            cursor.execute(f"PRAGMA cache_size = {usual}")
