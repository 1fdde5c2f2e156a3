"""Whether the database is of the schema that this program was written for.

Without Alembic, which a server then need not hold: each migration is a file that begins with its number.
"""

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from twinweb.config import ROOT
from twinweb.db import db

MIGRATIONS = ROOT / "migrations" / "versions"


def is_migrated() -> bool:
    """Whether the database answers and is of this program's schema."""
    try:
        return revision_of(db.session.connection()) == newest()
    except SQLAlchemyError:
        return False


def revision_of(connection: Connection) -> str | None:
    """The last migration that this database has had."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def newest() -> str:
    return max(known())


def known() -> set[str]:
    """Every revision that this program can migrate from."""
    return {path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*_*.py")}
