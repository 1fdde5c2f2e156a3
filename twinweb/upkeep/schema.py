"""Whether the database is of the schema that this program was written for."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from twinweb.config import ROOT
from twinweb.db import db

MIGRATIONS = str(ROOT / "migrations")


def is_migrated() -> bool:
    """Whether the database answers and is of this program's schema."""
    try:
        return revision_of(db.session.connection()) == newest()
    except SQLAlchemyError:
        return False


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory(MIGRATIONS).get_current_head()


def known() -> set[str]:
    """Every revision that this program can migrate from."""
    return {one.revision for one in ScriptDirectory(MIGRATIONS).walk_revisions()}
