"""All that is kept about one person, for that person alone."""

from typing import Any

from sqlalchemy import ColumnElement, Table, select

from twinweb import audit
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries.models import Editor, Entry, Revision

SECRET = ("hash", "seed", "credential", "public_key", "digest", "key")
"""Ends of the names of columns that are said to be there, and never what they are."""


def take_away(*, by: Person) -> dict[str, Any]:
    """By table, and that it was taken is noted. Texts of entries are their office's: named, not copied."""
    with transaction():
        audit.record("own_data", "user", by.id, by_id=by.id)
    tables = db.metadata.tables
    account, activity = tables[User.__tablename__], tables[AuditEvent.__tablename__]
    found = {
        "account": _rows(account, account.c.id == by.id),
        "activity": _rows(activity, activity.c.by_id == by.id),
        "entries_written": _written(by),
    }
    for table in db.metadata.sorted_tables:
        if "user_id" in table.columns:
            found[table.name] = _rows(table, table.c.user_id == by.id)
    return found


def _rows(table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = db.session.execute(select(table).where(condition).order_by(*table.primary_key.columns))
    return [
        {
            name: "…" if name.endswith(SECRET) else value
            for name, value in row._asdict().items()
            if value is not None
        }
        for row in rows
    ]


def _written(by: Person) -> list[dict[str, Any]]:
    query = (
        select(Entry.kind, Entry.id, Entry.reference, Revision.number, Revision.state, Revision.saved_at)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Editor, Editor.revision_id == Revision.id)
        .where(Editor.user_id == by.id)
        .order_by(Revision.id)
    )
    return [row._asdict() for row in db.session.execute(query)]
