"""The versions of an entry that a person may read: who did what with each of them, and when.

Readers know of what was approved alone, without a number from which what was returned could be counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, cast, func, null, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import JSON

from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.fields import Raw
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Editor, Entry, Revision
from twinweb.entries.policy import Stake, may_read
from twinweb.entries.states import State

MOST = 100
"""Versions, and as many events, that one page tells of: the newest."""

ONCE_APPROVED = frozenset({State.APPROVED, State.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Version:
    inside: bool
    """The person may know more than that it was approved."""
    revision_id: int
    title: str
    number: int | None
    """Of what was sent; None of a draft."""
    state: State
    saved_at: datetime
    submitted_at: datetime | None
    sent_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    approved_as: int
    """How many had been approved with it."""

    @property
    def key(self) -> str:
        """In addresses: `2` is the second that was approved, `s3` the third that was sent."""
        if self.state in ONCE_APPROVED:
            return str(self.approved_as)
        return f"s{self.number}" if self.number else "draft"


@dataclass(frozen=True, slots=True)
class Writer:
    name: str
    on_behalf: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What was done with the entry beside its versions."""

    act: str
    at: datetime
    by: str | None
    reason: str


_sender, _decider = aliased(User), aliased(User)


def versions(entry: Entry, kind: Kind, *, by: Person) -> list[Version]:
    """The newest first: one statement."""
    approved_as = func.sum(case((Revision.state.in_(ONCE_APPROVED), 1), else_=0)).over(order_by=Revision.id)
    shared = Revision.raw[kind.shared_by] if kind.shared_by else cast(null(), JSON)
    query = (
        select(
            Revision.id,
            Revision.title,
            Revision.number,
            Revision.state,
            Revision.saved_at,
            Revision.submitted_at,
            _sender.name,
            Revision.decided_at,
            _decider.name,
            Revision.reason,
            approved_as,
            shared,
        )
        .outerjoin(_sender, _sender.id == Revision.submitted_by_id)
        .outerjoin(_decider, _decider.id == Revision.decided_by_id)
        .where(Revision.entry_id == entry.id)
        .order_by(Revision.id.desc())
        .limit(MOST)
    )
    found = []
    for row in db.session.execute(query):
        columns: Sequence[Any] = tuple(row)
        stake = Stake(entry.owner, columns[3], frozenset(map(str, columns[-1] or ())))
        one = Version(may_read(by, stake), *columns[:-1])
        if one.inside or (entry.approved_id and one.state in ONCE_APPROVED):
            found.append(one)
    return found


def writers(found: Sequence[Version]) -> Mapping[int, list[Writer]]:
    """Who wrote each version: authorship stays visible."""
    rows = db.session.execute(
        select(Editor.revision_id, User.name, Editor.on_behalf)
        .join(User, User.id == Editor.user_id)
        .where(Editor.revision_id.in_([one.revision_id for one in found]))
        .order_by(User.sort_key, User.id)
    )
    by_revision: dict[int, list[Writer]] = defaultdict(list)
    for revision_id, name, on_behalf in rows:
        by_revision[revision_id].append(Writer(name, on_behalf))
    return by_revision


def events(entry: Entry) -> list[Event]:
    """When it was retired and brought back, the newest first."""
    query = (
        select(AuditEvent.act, AuditEvent.at, User.name, AuditEvent.details)
        .outerjoin(User, User.id == AuditEvent.by_id)
        .where(
            AuditEvent.thing == entry.kind,
            AuditEvent.thing_id == str(entry.id),
            AuditEvent.act.in_(["retire", "unretire"]),
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    return [Event(act, at, by, str(details.get("reason", ""))) for act, at, by, details in rows]


def decided_before(revision: Revision) -> Revision | None:
    """The version before this one on which the desk has spoken."""
    spoken = [*ONCE_APPROVED, State.RETURNED, State.ANSWERED, State.REJECTED]
    query = (
        select(Revision)
        .where(
            Revision.entry_id == revision.entry_id,
            Revision.id < revision.id,
            Revision.state.in_(spoken),
        )
        .order_by(Revision.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def contents(found: Sequence[Version], kind: Kind) -> list[dict[str, Raw]]:
    """What these versions say, in their order."""
    query = select(Revision.id, Revision.raw, Revision.schema).where(
        Revision.id.in_([one.revision_id for one in found])
    )
    said = {revision_id: kind.read(raw, schema) for revision_id, raw, schema in db.session.execute(query)}
    return [said[one.revision_id] for one in found]
