"""The append-only list of who did what and when, each event chained to the one before it.

An event's seal is the hash of what it says and of the seal before it, written as the last step of the
transaction that the event belongs to. Whoever changes or takes out an event breaks the chain from there on.
On PostgreSQL writers take turns for that last step alone, when all other locks are theirs: they wait for each
other shortly and never in a circle. The number of a seal is its key, so that the chain cannot fork.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import ForeignKey, Index, ScalarSelect, String, event, exists, func, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from twinweb import clock
from twinweb.db import Model, db

AT_ONCE = 50
"""Commands under way at the same time, at most: on PostgreSQL they end in any order."""
CHAIN = 7_214_052_000_000_001
"""The lock of whoever adds to the chain on PostgreSQL; any number that nobody else uses."""
LOOKS = ("view_user", "export_log", "own_data", "backup")
"""Acts that change nothing: copies of pages stay good after them."""
BATCH = 1_000
BEGINNING = "0" * 64

log = logging.getLogger("twinweb.audit")


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


_CHANGES_SOMETHING = AuditEvent.act.not_in([literal(act) for act in LOOKS])
"""Of an act. One by one: a list of values is put into the statement anew each time that it is asked."""


class AuditSeal(Model):
    """The place of an event in the chain."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: noted elsewhere, it also shows whether the end of the chain was cut off."""

    number: int = 0
    hash: str = BEGINNING


def record(act: str, thing: str, thing_id: object, *, by_id: int | None, **details: Any) -> None:  # noqa: ANN401  JSON
    """Add an event to the transaction under way.

    `details` holds public values and names of fields, never the text of drafts.
    """
    made = AuditEvent(
        at=clock.now(), by_id=by_id, act=act, thing=thing, thing_id=str(thing_id), details=details
    )
    session = db.session()
    session.add(made)
    session.info["last_recorded"] = (thing, str(thing_id))
    session.info.setdefault("unsealed", []).append(made)


def last_recorded() -> tuple[str, str] | None:
    """(thing, id) of the last event of this database session."""
    found: tuple[str, str] | None = db.session().info.get("last_recorded")
    return found


def has_acted() -> bool:
    """Whether this database session has done an act; what comes after in the same request belongs to it."""
    return bool(db.session().info.get("acted"))


def forget_acts() -> None:
    """What comes now belongs to no act from before: it is a request of its own within this one."""
    db.session().info.pop("acted", None)


def events() -> ScalarSelect[int]:
    """A number that grows with every change, also with one that is committed after its successors."""
    changes = select(AuditEvent.id).where(_CHANGES_SOMETHING)
    newest = changes.order_by(AuditEvent.id.desc()).limit(AT_ONCE).subquery()
    return select(func.sum(newest.c.id)).scalar_subquery()


def last_moment() -> ScalarSelect[datetime]:
    """When the last change was: ids begin again where a backup was restored, moments do not."""
    changes = select(AuditEvent.at).where(_CHANGES_SOMETHING)
    return changes.order_by(AuditEvent.id.desc()).limit(1).scalar_subquery()


def head() -> Head:
    found = db.session.execute(
        select(AuditSeal.number, AuditSeal.hash).order_by(AuditSeal.number.desc()).limit(1)
    ).first()
    return Head(*found) if found else Head()


def faults() -> Iterator[str]:
    """Where the chain is broken, in words. Reads every event once."""
    last = Head()
    while batch := _sealed_after(last.number):
        for sealed, seal in batch:
            if seal.number != last.number + 1:
                yield f"activity log: seals {last.number + 1} to {seal.number - 1} are missing"
            if seal.hash != seal_of(last.hash, sealed):
                yield f"activity log: event {sealed.id} or the one before it is not what was sealed"
            last = Head(seal.number, seal.hash)
        db.session.expunge_all()
    unsealed = select(AuditEvent.id).where(~exists().where(AuditSeal.event_id == AuditEvent.id))
    for event_id in db.session.scalars(unsealed.order_by(AuditEvent.id)):
        yield f"activity log: event {event_id} was not written by this program"


def seal_of(former: str, one: AuditEvent) -> str:
    """The hash of what an event says and of the seal before it. Migration 0010 says the same."""
    at = one.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [former, one.id, at, one.by_id, one.act, one.thing, one.thing_id, one.details]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sealed_after(number: int) -> list[tuple[AuditEvent, AuditSeal]]:
    query = select(AuditEvent, AuditSeal).join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
    query = query.where(AuditSeal.number > number).order_by(AuditSeal.number).limit(BATCH)
    return [(sealed, seal) for sealed, seal in db.session.execute(query)]


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    """The last step of a transaction: nothing but the commit comes after the turn is taken."""
    unsealed: list[AuditEvent] = session.info.pop("unsealed", [])
    if not unsealed:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN)))
    last, seals = head(), []
    for one in unsealed:
        last = Head(last.number + 1, seal_of(last.hash, one))
        seals.append({"number": last.number, "event_id": one.id, "hash": last.hash})
    session.execute(insert(AuditSeal), seals)
    session.info["sealed"] = list(zip(unsealed, seals, strict=True))


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    """In the log, too: kept elsewhere, it shows what was cut off the end of the chain."""
    sealed = session.info.pop("sealed", [])
    session.info["acted"] = session.info.get("acted") or bool(sealed)
    for one, seal in sealed:
        about = {"thing": one.thing, "thing_id": one.thing_id, "by": one.by_id}
        log.info("%s", one.act, extra={"said": about | {"seal": seal["number"], "hash": seal["hash"]}})


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("unsealed", None)
