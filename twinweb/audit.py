"""The append-only list of who did what and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, ScalarSelect, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from twinweb import clock
from twinweb.db import Model, db

AT_ONCE = 50
"""Commands under way at the same time, at most: on PostgreSQL they end in any order."""


class AuditEvent(Model):
    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_thing", "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(24))
    thing_id: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]]


def record(act: str, thing: str, thing_id: object, *, by_id: int | None, **details: Any) -> None:  # noqa: ANN401  JSON
    """Add an event to the transaction under way.

    `details` holds public values and names of fields, never the text of drafts.
    """
    db.session.add(
        AuditEvent(at=clock.now(), by_id=by_id, act=act, thing=thing, thing_id=str(thing_id), details=details)
    )
    db.session().info["last_recorded"] = (thing, str(thing_id))


def last_recorded() -> tuple[str, str] | None:
    """(thing, id) of the last event of this database session."""
    found: tuple[str, str] | None = db.session().info.get("last_recorded")
    return found


def events() -> ScalarSelect[int]:
    """A number that grows with every event, also with one that is committed after its successors."""
    newest = select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(AT_ONCE).subquery()
    return select(func.sum(newest.c.id)).scalar_subquery()


def last_moment() -> ScalarSelect[datetime]:
    """When the last event was: ids begin again where a backup was restored, moments do not."""
    return select(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1).scalar_subquery()
