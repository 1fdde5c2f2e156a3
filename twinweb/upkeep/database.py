"""Whether the database is set up so that nothing acknowledged is lost, and the log cannot be rewritten."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from twinweb import rights
from twinweb.config import LOOPBACK, Settings
from twinweb.db import db, is_postgresql
from twinweb.upkeep import schema as schemas
from twinweb.upkeep.versions import POSTGRESQL, is_over

WAL_RESET = (3, 7, 0), (3, 51, 2)
"""SQLite from the first to the last version that can corrupt a database in WAL mode."""
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def schema(_settings: Settings) -> Iterator[str]:
    with db.engine.connect() as connection:
        found = schemas.revision_of(connection)
    if found != schemas.newest():
        yield "database: it is not of this program's schema. Type: flask --app wsgi db upgrade"


def settings(_settings: Settings) -> Iterator[str]:
    with db.engine.connect() as connection:
        yield from _of_postgresql(connection) if is_postgresql() else _of_sqlite(connection)


def roles(settings: Settings) -> Iterator[str]:
    """On PostgreSQL: a role for each purpose, and a connection that nobody reads."""
    if not is_postgresql():
        return
    with db.engine.connect() as connection:
        if too_much := list(rights.excess(connection)):
            yield (
                f"database: the role of the application may do too much ({', '.join(too_much)}). "
                "Let another role own the tables: set TWINWEB_DATABASE_OWNER_URL and migrate "
                "(README.md, “Two roles on PostgreSQL”)"
            )
    address = sa.make_url(settings.database_url)
    host = str(address.query.get("host") or address.host or "")
    elsewhere = host and not host.startswith("/") and host not in LOOPBACK
    if elsewhere and address.query.get("sslmode") not in ("verify-full", "verify-ca"):
        yield f"database: {host} is asked without proof of who it is. Add ?sslmode=verify-full to its address"


def _of_sqlite(connection: Connection) -> Iterator[str]:
    for name, expected in PRAGMAS.items():
        found = connection.execute(sa.text(f"PRAGMA {name}")).scalar()
        if found != expected:
            yield f"database: {name} is {found}, not {expected}. Keep it on a local disk, where WAL works"
    first, last = WAL_RESET
    version = connection.execute(sa.text("SELECT sqlite_version()")).scalar_one()
    if first <= tuple(map(int, version.split("."))) <= last:
        yield (
            f"database: SQLite {version} can corrupt a database in WAL mode. "
            "Install the wheel: .venv/bin/pip install --require-hashes -r requirements.txt, or use PostgreSQL"
        )


def _of_postgresql(connection: Connection) -> Iterator[str]:
    for name, expected in SAFE.items():
        found = connection.execute(sa.text(f"SHOW {name}")).scalar()
        if found != expected:
            yield (
                f"database: {name} is {found}: saves are acknowledged before they are on the disk. "
                f"Type in psql: ALTER SYSTEM SET {name} = {expected}; SELECT pg_reload_conf()"
            )
    version = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
    if is_over(POSTGRESQL, str(int(version) // 10_000)):
        yield f"database: PostgreSQL {int(version) // 10_000} gets no more corrections. Upgrade it"
