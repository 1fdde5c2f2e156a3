"""Reads over entries of every kind. What an open revision says is reached through `policy` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from twinweb import clock
from twinweb.accounts.models import Membership, SignIn, User
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.fields import Known
from twinweb.entries.kinds import Facet, Kind, Kinds
from twinweb.entries.models import Card, CardFacet, Editor, Entry, Link, Revision
from twinweb.entries.policy import Stake, may_read
from twinweb.entries.review_models import Correction, Duplicate, RetireRequest
from twinweb.entries.states import JUST_DECIDED, OPEN, State, Touched
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


def readable_drafts(kinds: Kinds) -> ScalarSelect[int]:
    """A number that grows with every save of a draft that the person of a `SignIn` may read."""
    offices = select(Membership.governorate).where(Membership.user_id == SignIn.user_id)
    shared = [kind.name for kind in kinds.values() if kind.shared_by]
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
class Named:
    """An entry as others refer to it."""

    entry_id: int
    kind: str
    title: str
    reference: str | None
    approved: bool
    waiting: bool = False
    """Submitted, so that a reviewer can decide on it."""
    revision_id: int | None = None
    owner: str = ""
    state: State | None = None
    """Of what is not approved; None where the person may not know it."""


_open_one = aliased(Revision)
_NAMED = (
    select(Entry, Card, _open_one)
    .outerjoin(Duplicate, Duplicate.entry_id == Entry.id)
    .outerjoin(Card, Card.entry_id == func.coalesce(Duplicate.of_id, Entry.id))
    .outerjoin(_open_one, and_(_open_one.entry_id == Entry.id, _open_one.state.in_(OPEN)))
    .where(Entry.id.in_(bindparam("entry_ids", expanding=True)))
)


def named(entry_ids: Sequence[int], kinds: Kinds, *, by: Person) -> dict[int, Named]:
    """Those of these entries that the person may read, as others refer to them.

    What was closed as a duplicate is named by the entry that it is the same as.
    """
    if not entry_ids:
        return {}
    rows = db.session.execute(_NAMED, {"entry_ids": list(entry_ids)}).all()
    found: dict[int, Named] = {}
    for entry, card, revision in rows:
        if card:
            found[entry.id] = Named(
                card.entry_id,
                entry.kind,
                card.title,
                card.reference,
                True,  # noqa: FBT003  approved
                owner=card.owner,
            )
        elif revision and _reads(by, entry, revision, kinds[entry.kind]):
            found[entry.id] = _proposed(entry, revision)
    return found


def unapproved(entry_ids: Sequence[int], kinds: Kinds, *, by: Person) -> list[Named]:
    """Those of these entries that are not approved, in their order; none is left out.

    What the person may not read is named by its office alone; what does not exist (any more), by its id.
    """
    found = named(entry_ids, kinds, by=by)
    rest = [entry_id for entry_id in entry_ids if entry_id not in found]
    owners = {one.id: one for one in db.session.scalars(select(Entry).where(Entry.id.in_(rest)))}
    for entry_id in rest:
        found[entry_id] = _closed(entry_id, owners.get(entry_id), kinds, by)
    return [found[entry_id] for entry_id in dict.fromkeys(entry_ids) if not found[entry_id].approved]


def _closed(entry_id: int, entry: Entry | None, kinds: Kinds, by: Person) -> Named:
    """An entry with nothing open that the person may read: a draft of others, a rejected one, or none."""
    if entry is None:
        return Named(entry_id, "", "", None, approved=False)
    latest = readable_revision(latest_revision(entry_id), kinds[entry.kind], by=by)
    if latest is None:
        state = State.DRAFT if by.reviews(entry.owner) else None
        return Named(entry_id, entry.kind, "", None, approved=False, owner=entry.owner, state=state)
    return _proposed(entry, latest)


def _proposed(entry: Entry, revision: Revision) -> Named:
    return Named(
        entry.id,
        entry.kind,
        revision.title,
        None,
        approved=False,
        waiting=revision.state is State.SUBMITTED,
        revision_id=revision.id,
        owner=entry.owner,
        state=revision.state,
    )


def _reads(by: Person, entry: Entry, revision: Revision, kind: Kind) -> bool:
    return may_read(by, Stake(entry.owner, revision.state, kind.shared_in(revision.raw)))


def contents(entry_ids: Sequence[int], kinds: Kinds) -> dict[int, dict[str, object]]:
    """What these entries say: approved where they are, proposed else. For checks between entries only."""
    query = (
        select(Revision, Entry)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.id.in_(entry_ids), or_(Revision.id == Entry.approved_id, Entry.approved_id.is_(None)))
        .order_by(Revision.id)
    )
    return {entry.id: kinds[entry.kind].read(one.raw, one.schema) for one, entry in db.session.execute(query)}


_OF_KIND: BindParameter[str] = bindparam("kind")
_OF_OFFICES: BindParameter[list[str]] = bindparam("offices", expanding=True)
# Concatenated, else SQLite goes through all entries of the offices instead of all that is open.
_DRAFTS = (
    select(literal(1).label("place"), Revision.id.label("newest"), Entry.id, Revision.title)
    .join(Revision, Revision.entry_id == Entry.id)
    .where(Revision.state.in_(OPEN), Revision.title != "", Entry.kind == _OF_KIND)
    .where(Entry.approved_id.is_(None), Entry.owner.concat("").in_(_OF_OFFICES))
)
_APPROVED = select(literal(3), Card.position, Card.entry_id, Card.title).where(
    Card.kind == _OF_KIND, Card.retired.is_(False)
)
_OWN = (
    select(literal(2), CardFacet.position, Card.entry_id, Card.title)
    .join(CardFacet, CardFacet.position == Card.position)
    .where(Card.retired.is_(False), CardFacet.facet == Facet.GOVERNORATE)
    .where(CardFacet.kind == _OF_KIND, CardFacet.value.in_(_OF_OFFICES))
)
_OFFERED = union_all(
    *(
        select(query.order_by(query.selected_columns[1].desc()).limit(PAGE).subquery())
        for query in (_DRAFTS, _OWN, _APPROVED)
    )
).order_by(literal_column("place"), literal_column("newest").desc())


def choices(kind: Kind, chosen: Sequence[int], kinds: Kinds, *, by: Person) -> dict[int, str]:
    """Entries of a kind to refer to: the office's own, approved or not, the newest, and those chosen."""
    asked = {"kind": kind.name, "offices": list(by.writes_for)}
    offered = {entry_id: title for _, _, entry_id, title in db.session.execute(_OFFERED, asked)}
    missing = [entry_id for entry_id in chosen if entry_id not in offered]
    kept = named(missing, kinds, by=by)
    return offered | {entry_id: one.title for entry_id, one in kept.items() if one.kind == kind.name}


def led_on_to(entry_id: int) -> int | None:
    """The entry that this one was closed as a duplicate of."""
    return db.session.scalars(select(Duplicate.of_id).where(Duplicate.entry_id == entry_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class Child:
    """An approved entry that refers to another."""

    entry_id: int
    kind: str
    title: str
    reference: str
    when: str
    owner: str
    phase: str


def children(entry_id: int, most: int, of_parts: int) -> list[Child]:
    """Approved entries that refer to this one, and what refers to them, by kind and day.

    The newest `most` of each kind; of sessions, which are parts of a workshop, `of_parts`.
    """
    place = func.row_number().over(partition_by=Card.kind, order_by=(Card.when.desc(), Card.position.desc()))
    ranked = (
        select(Card.position, place.label("place"))
        .where(Card.revision_id.in_(referring(entry_id)), Card.entry_id != entry_id, Card.retired.is_(False))
        .subquery()
    )
    rows = db.session.execute(
        select(Card.entry_id, Card.kind, Card.title, Card.reference, Card.when, Card.owner, Card.phase)
        .join(ranked, ranked.c.position == Card.position)
        .where(ranked.c.place <= case((Card.kind == "session", of_parts), else_=most))
        .order_by(Card.kind, Card.when, Card.position)
    )
    return [Child(*row) for row in rows]


def referring(entry_id: int) -> Select[int]:
    """Revisions that refer to this entry, or to an approved one that does."""
    same = select(Duplicate.entry_id).where(Duplicate.of_id == entry_id)
    here = or_(Link.to_entry_id == entry_id, Link.to_entry_id.in_(same))
    direct = (
        select(Card.entry_id)
        .join(Link, Link.revision_id == Card.revision_id)
        .where(here, Card.retired.is_(False))
    )
    return select(Link.revision_id).where(or_(here, Link.to_entry_id.in_(direct)))


def approved_title(entry_id: int) -> str:
    """As every reader knows it; '' where there is no such approved entry."""
    return db.session.scalars(select(Card.title).where(Card.entry_id == entry_id)).one_or_none() or ""


def built_on(revision: Revision) -> bool:
    """Whether anyone relied on this decision since.

    By a later revision, by retiring the entry, or by another entry that refers to it or is the same.
    """
    later = select(Revision.id).where(Revision.entry_id == revision.entry_id, Revision.id > revision.id)
    if db.session.scalars(later.limit(1)).first():
        return True
    if revision.state not in (State.APPROVED, State.DUPLICATE) or revision.decided_at is None:
        return False
    retired_at = revision.entry.retired_at
    if revision.state is State.APPROVED and retired_at and retired_at >= revision.decided_at:
        return True
    return db.session.scalars(_relying_on(revision).limit(1)).first() is not None


def _relying_on(revision: Revision) -> Select[int]:
    """Revisions of other entries that were decided or saved on the strength of this decision."""
    referring = select(Link.revision_id).where(Link.to_entry_id == revision.entry_id)
    decided_since = Revision.decided_at >= revision.decided_at
    return select(Revision.id).where(
        Revision.entry_id != revision.entry_id,
        or_(
            and_(Revision.id.in_(referring), Revision.state == State.APPROVED, decided_since),
            and_(
                Revision.id.in_(referring),
                Revision.state.in_(OPEN),
                Revision.saved_at > revision.decided_at,
            ),
            and_(Revision.duplicate_of_id == revision.entry_id, decided_since),
        ),
    )


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
