"""Reads over entries of every kind. What an open revision says is reached through `policy` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ScalarSelect,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from twinweb import clock
from twinweb.accounts.models import Membership, SignIn, User
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.fields import Known
from twinweb.entries.kinds import Kind, Kinds
from twinweb.entries.models import Editor, Entry, Revision
from twinweb.entries.policy import Stake, may, may_read
from twinweb.entries.review_models import Correction, RetireRequest
from twinweb.entries.states import JUST_DECIDED, OPEN, Act, State, Touched
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES

PAGE = 25
TAKE_BACK_WITHIN = timedelta(minutes=10)


def known(*, retired: bool = False) -> Known:
    """What new facts are checked against; with `retired`, what old ones are."""
    names = reference.names()
    sectors = [name.slug for name in names.sectors.values() if not name.merged_into] if retired else None
    return Known(
        governorates=names.governorates,
        sectors=sectors or [name.slug for name in names.open_sectors],
        countries=COUNTRIES,
        merged={
            slug: target.slug
            for slug, name in names.sectors.items()
            if name.merged_into and (target := names.sector(slug))
        },
    )


def entry(entry_id: int, kind: str) -> Entry | None:
    return db.session.scalars(select(Entry).where(Entry.id == entry_id, Entry.kind == kind)).one_or_none()


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as its page needs it."""

    entry: Entry
    approved: Revision | None
    """What readers see."""
    open: Revision | None
    """What is proposed for it."""
    request: RetireRequest | None
    """What its office asks for and nobody has answered yet."""


def read(entry_id: int, kind: str) -> Read | None:
    """One statement for all of it."""
    asked = and_(RetireRequest.entry_id == Entry.id, RetireRequest.answered_at.is_(None))
    shown = or_(Revision.id == Entry.approved_id, Revision.state.in_(OPEN))
    query = (
        select(Entry, RetireRequest, Revision)
        .outerjoin(RetireRequest, asked)
        .outerjoin(Revision, and_(Revision.entry_id == Entry.id, shown))
        .where(Entry.id == entry_id, Entry.kind == kind)
        .options(contains_eager(Revision.entry))
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    entry, request, _ = rows[0]
    revisions = [revision for _, _, revision in rows if revision]
    return Read(
        entry,
        next((one for one in revisions if one.id == entry.approved_id), None),
        next((one for one in revisions if one.state in OPEN), None),
        request,
    )


def retire_request(entry_id: int) -> RetireRequest | None:
    """What its office asks for and nobody has answered yet."""
    query = select(RetireRequest).where(
        RetireRequest.entry_id == entry_id, RetireRequest.answered_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def revision(revision_id: int) -> Revision | None:
    query = select(Revision).where(Revision.id == revision_id).options(joinedload(Revision.entry))
    return db.session.scalars(query).one_or_none()


def open_revision(entry_id: int) -> Revision | None:
    query = (
        select(Revision)
        .where(Revision.entry_id == entry_id, Revision.state.in_(OPEN))
        .options(joinedload(Revision.entry))
    )
    return db.session.scalars(query).one_or_none()


def latest_revision(entry_id: int) -> Revision | None:
    """The open revision, or the one that was last closed."""
    query = (
        select(Revision)
        .where(Revision.entry_id == entry_id)
        .order_by(Revision.id.desc())
        .limit(1)
        .options(joinedload(Revision.entry))
    )
    return db.session.scalars(query).one_or_none()


def revisions(entry_id: int) -> Sequence[Revision]:
    """All of an entry, the newest first."""
    return db.session.scalars(
        select(Revision).where(Revision.entry_id == entry_id).order_by(Revision.id.desc())
    ).all()


def stake(revision: Revision, kind: Kind) -> Stake:
    """What decides about a person's rights on this revision."""
    tagged = and_(Correction.revision_id == Editor.revision_id, Correction.touched == Touched.TAGS)
    rows = db.session.execute(
        select(Editor.user_id, Correction.by_id)
        .outerjoin(Correction, tagged)
        .where(Editor.revision_id == revision.id)
    ).all()
    editors = {row[0] for row in rows} | ({revision.submitted_by_id} if revision.submitted_by_id else set())
    return Stake(
        revision.entry.owner,
        revision.state,
        kind.shared_in(revision.raw),
        frozenset(editors),
        tagged_by=rows[0][1] or 0 if rows else 0,
    )


def may_approve(revision: Revision, kind: Kind, *, by: Person) -> bool:
    """Whether this person could approve what this says.

    The rule for every other act of the desk on its entry, too: retiring, bringing back, releasing files.
    """
    return by.reviews(revision.entry.owner) and may(by, Act.APPROVE, stake(revision, kind))


def readable_drafts(kinds: Kinds) -> ScalarSelect[int]:
    """A number that grows with every save of a draft that the person of a `SignIn` may read."""
    offices = select(Membership.governorate).where(Membership.user_id == SignIn.user_id).correlate(SignIn)
    shared = [literal(kind.name) for kind in kinds.values() if kind.shared_by]
    return (
        select(func.sum(Revision.version))
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Revision.state == State.DRAFT, or_(Entry.owner.in_(offices), Entry.kind.in_(shared)))
        .correlate(SignIn)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who edited a revision."""

    user_id: int
    name: str
    on_behalf: bool


def writers(revision_id: int) -> list[Writer]:
    rows = db.session.execute(
        select(User.id, User.name, Editor.on_behalf)
        .join(Editor, Editor.user_id == User.id)
        .where(Editor.revision_id == revision_id)
        .order_by(User.sort_key, User.id)
    )
    return [Writer(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A reviewer's correction: of which revision, and by whom."""

    of_id: int
    by: str
    touched: Touched


def correction(revision_id: int) -> Corrected | None:
    """What this revision corrects, if a reviewer wrote it."""
    row = db.session.execute(
        select(Correction.of_id, User.name, Correction.touched)
        .join(User, User.id == Correction.by_id)
        .where(Correction.revision_id == revision_id)
    ).one_or_none()
    return Corrected(*row) if row else None


@dataclass(frozen=True, slots=True)
class Change:
    """What was done last with a submission."""

    act: str
    by: str
    at: datetime


def last_change(revision: Revision, within: int = 50) -> Change | None:
    """What was done last with this very revision; what its office writes since is not told."""
    rows = db.session.execute(
        select(AuditEvent.act, User.name, AuditEvent.at, AuditEvent.details)
        .join(User, User.id == AuditEvent.by_id)
        .where(AuditEvent.thing == revision.entry.kind, AuditEvent.thing_id == str(revision.entry_id))
        .order_by(AuditEvent.id.desc())
        .limit(within)
    )
    return next(
        (Change(act, by, at) for act, by, at, told in rows if told.get("revision") == revision.number), None
    )


def readable_revision(revision: Revision | None, kind: Kind, *, by: Person) -> Revision | None:
    """This revision, if the person may read it while it is not the approved one."""
    return revision if revision and may_read(by, stake(revision, kind)) else None


@dataclass(frozen=True, slots=True)
class Open:
    """An open revision in somebody's list."""

    revision_id: int
    entry_id: int
    kind: str
    title: str
    owner: str
    reference: str | None
    state: State
    saved_at: datetime
    saved_by: str
    submitted_at: datetime | None
    decided_at: datetime | None
    reason: str
    claimed_by_id: int | None
    claimed_by: str | None
    claimed_until: datetime | None
    version: int

    @property
    def since(self) -> datetime:
        """Since when it is in this state."""
        moments = {State.SUBMITTED: self.submitted_at, State.RETURNED: self.decided_at}
        return moments.get(self.state) or self.saved_at

    @property
    def held(self) -> bool:
        return self.claimed_until is not None and not clock.has_passed(self.claimed_until)


_saver, _holder = aliased(User), aliased(User)
_OPEN_ROWS = (
    select(
        Revision.id,
        Entry.id,
        Entry.kind,
        Revision.title,
        Entry.owner,
        Entry.reference,
        Revision.state,
        Revision.saved_at,
        _saver.name,
        Revision.submitted_at,
        Revision.decided_at,
        Revision.reason,
        Revision.claimed_by_id,
        _holder.name,
        Revision.claimed_until,
        Revision.version,
    )
    .join(Entry, Entry.id == Revision.entry_id)
    .join(_saver, _saver.id == Revision.saved_by_id)
    .outerjoin(_holder, _holder.id == Revision.claimed_by_id)
)


def _opened(query: Select[*tuple[Any, ...]]) -> list[Open]:
    return [Open(*tuple(row)) for row in db.session.execute(query)]


def office_open(by: Person, limit: int = 200) -> list[Open]:
    """What the person's offices have open: returned first, then drafts, then what waits; the newest first."""
    query = _OPEN_ROWS.where(Entry.owner.in_(by.writes_for), Revision.state.in_(OPEN))
    found = _opened(query.order_by(Revision.saved_at.desc()).limit(limit))
    order = [State.RETURNED, State.DRAFT, State.SUBMITTED]
    return sorted(found, key=lambda one: order.index(one.state))


def decided_lately(by: Person) -> list[Open]:
    """This reviewer's decisions that can still be taken back, the newest first."""
    query = _OPEN_ROWS.where(
        Revision.decided_by_id == by.id,
        Revision.decided_at > clock.before_now(TAKE_BACK_WITHIN),
        Revision.state.in_(JUST_DECIDED),
    )
    found = _opened(query.order_by(Revision.decided_at.desc()).limit(PAGE))
    return [
        one for one in found if one.decided_at and not clock.has_passed(one.decided_at + TAKE_BACK_WITHIN)
    ]
