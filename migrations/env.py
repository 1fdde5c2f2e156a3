"""How Alembic meets the application: one connection, types written plainly, keys checked at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from twinweb import rights
from twinweb.db import UtcDateTime, db
from twinweb.failures import Failure, kind_of, look_at
from twinweb.upkeep import same_key

NOT_MODELS = ("card_words",)
"""Full text: made by a migration for each database, no mapped table."""
PATIENCE = "4s"
"""For a lock on PostgreSQL: behind a migration that waits, every page waits. One that needs longer says so."""


def render_item(what: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write enums and moments as what they are in the database, so that migrations import no models."""
    if what == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    if what == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, what: str, _parents: Any) -> bool:
    return not (what == "table" and (name or "").startswith(NOT_MODELS))


def number(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """Name a new migration by the next number: the newest is told by the names of the files."""
    for script in scripts:
        script.rev_id = f"{int(context.script.get_current_head() or 0) + 1:04}"


@contextmanager
def unchecked_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: keys are checked at the end, as its documentation advises."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    yield
    cursor.execute("PRAGMA foreign_key_check")
    broken = cursor.fetchall()
    cursor.execute("PRAGMA foreign_keys = ON")
    if broken:
        raise RuntimeError(f"Keys that lead nowhere after migrating: {broken[:5]}")


def run_migrations() -> None:
    settings = current_app.config["TWINWEB"]
    with rights.as_owner(settings, db.engine) as connection:
        same_key.require(connection)
        connection.rollback()
        with unchecked_keys(connection):
            migrate(connection)
        same_key.keep(connection)
        connection.commit()


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        include_name=include_name,
        process_revision_directives=number,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()


try:
    run_migrations()
except same_key.OtherKey as other:
    raise SystemExit(str(other)) from None
except OperationalError as error:
    if advice := look_at(error):
        raise SystemExit(f"Nothing was migrated: {error.orig}. {advice.strip()}") from None
    if kind_of(error) is not Failure.BUSY:
        raise
    raise SystemExit(
        f"Nothing was migrated: somebody held what a migration needs for longer than {PATIENCE}. "
        "Type the same again, or stop what works on the database meanwhile."
    ) from None
