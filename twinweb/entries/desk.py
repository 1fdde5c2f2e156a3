"""The reviewers' desk: what waits for whom, oldest first, and who has what in hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from twinweb import clock
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.db import db, rows_of
from twinweb.entries.desk_models import Aside, Opened, WaitingFacet
from twinweb.entries.kinds import CardFacts, Facet, Kind
from twinweb.entries.models import Card, Editor, Entry, Revision
from twinweb.entries.review_models import Correction, RetireRequest
from twinweb.entries.states import State, Touched
from twinweb.notices import queries as notices

PAGE = 25
LATE_AFTER, ALL_TOLD_AFTER, OVERDUE_AFTER = 3, 7, 14
"""Working days after which a submission is marked as late, told to all reviewers, told to the admins."""
COUNT_TO = 99
"""The header counts so far; beyond it says "more than"."""
MOST_COUNTED = 64
"""People whose statement of counts a worker keeps."""
EVERY = "every"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MINE, FREE = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue was asked for; what is empty asks for everything."""

    kind: str = ""
    governorate: str = ""
    sector: str = ""
    waiting: int = 0
    """Working days that it has waited, or more."""
    held: str = ""
    """By whom: `MINE` or `FREE`."""
    after: int = 0
    """The revision that the former page ended with."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What waits for a decision, as the queue shows it."""

    revision_id: int
    entry_id: int
    kind: str
    title: str
    owner: str
    reference: str | None
    submitted_at: datetime
    claimed_by_id: int | None
    claimed_by: str | None
    claimed_until: datetime | None
    version: int
    changes: bool
    """An entry that readers have already."""
    answers: bool
    """It was returned and is mended."""
    corrects: bool
    """A reviewer wrote it in answer to what an office had sent."""
    opened: bool
    """By this person in this sign-in."""
    aside_until: date | None
    aside_note: str | None

    @property
    def waiting_days(self) -> int:
        return clock.working_days_since(self.submitted_at)

    @property
    def held(self) -> bool:
        return self.claimed_until is not None and not clock.has_passed(self.claimed_until)


def enter(revision: Revision, kind: Kind, facts: CardFacts) -> None:
    """Let a submission be found in the queue; the governorates of a partnership all find it."""
    places = {revision.entry.owner, *kind.shared_in(revision.raw)}
    tags = [(EVERY, ""), *((Facet.GOVERNORATE, one) for one in places)]
    tags += [(Facet.SECTOR, one) for one in dict.fromkeys(facts.sectors)]
    db.session.add_all(
        WaitingFacet(
            revision_id=revision.id,
            facet=facet,
            value=value,
            kind=kind.name,
            owner=revision.entry.owner,
            submitted_at=revision.submitted_at,
        )
        for facet, value in tags
    )


def leave(revision_id: int) -> None:
    """It waits no longer: nobody has it opened or put aside."""
    for table in (WaitingFacet, Opened, Aside):
        db.session.execute(delete(table).where(table.revision_id == revision_id))


def opened(revision_id: int, by: Person) -> None:
    """Note that this person has opened it in this sign-in."""
    if by.sign_in_id:
        db.session.merge(Opened(sign_in_id=by.sign_in_id, revision_id=revision_id))


def merge_sectors(slug: str, into: str) -> None:
    """What waits under this sector waits under another in its place."""
    here = (WaitingFacet.facet == Facet.SECTOR, WaitingFacet.value == slug)
    both = select(WaitingFacet.revision_id).where(
        WaitingFacet.facet == Facet.SECTOR, WaitingFacet.value == into
    )
    db.session.execute(delete(WaitingFacet).where(*here, WaitingFacet.revision_id.in_(both)))
    db.session.execute(update(WaitingFacet).where(*here).values(value=into))


def queue(by: Person, asked: Asked, limit: int = PAGE) -> list[Submission]:
    """What waits for this reviewer's decision, the longest first; one more than `limit` if there is more."""
    query = _rows(by).where(*_waits_for(by, asked), ~_put_aside(by))
    return _found(query.limit(limit + 1))


def put_aside(by: Person, limit: int = PAGE) -> list[Submission]:
    """What this reviewer has put aside until a day that is yet to come; the first to come back first."""
    query = _rows(by).where(*_waits_for(by, Asked()), Aside.until > clock.today())
    return _found(query.order_by(None).order_by(Aside.until, Revision.id).limit(limit))


def next_for(by: Person, asked: Asked, *, but: int = 0) -> int | None:
    """The revision to go on with: the oldest that was asked for, that nobody else holds."""
    query = (
        select(WaitingFacet.revision_id)
        .join(Revision, Revision.id == WaitingFacet.revision_id)
        .where(*_waits_for(by, asked), _free_for(by), ~_put_aside(by), WaitingFacet.revision_id != but)
        .order_by(WaitingFacet.submitted_at, WaitingFacet.revision_id)
    )
    return db.session.scalars(query.limit(1)).first()


def opened_in_sign_in(by: Person, revision_ids: Sequence[int]) -> set[int]:
    """Those of these that this person has opened in this sign-in."""
    query = select(Opened.revision_id).where(
        Opened.sign_in_id == by.sign_in_id, Opened.revision_id.in_(revision_ids)
    )
    return set(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class ToRetire:
    """An approved entry that its office wants out of use."""

    entry_id: int
    kind: str
    title: str
    reference: str
    owner: str
    at: datetime

    @property
    def waiting_days(self) -> int:
        return clock.working_days_since(self.at)


def retire_requests(by: Person, limit: int = PAGE) -> list[ToRetire]:
    """What offices in this reviewer's scope ask to be retired, the oldest first."""
    query = (
        select(Card.entry_id, Card.kind, Card.title, Card.reference, Card.owner, RetireRequest.at)
        .join(RetireRequest, RetireRequest.entry_id == Card.entry_id)
        .where(RetireRequest.answered_at.is_(None), Card.owner.not_in(by.writes_for))
    )
    if not by.reviews_all:
        query = query.where(Card.owner.in_(by.reviews_for))
    return [ToRetire(*row) for row in db.session.execute(query.order_by(RetireRequest.at).limit(limit))]


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for a person, as the header counts it: one more than `COUNT_TO` is "more than that"."""

    to_review: int = 0
    to_mend: int = 0
    unread: int = 0
    overdue: int = 0
    """What the admins are told of."""


def counts(by: Person) -> Counts:
    """All of them in one statement; none for those whom nothing waits for."""
    if not (by.is_reviewer or by.writes_for or by.administers):
        return Counts()
    names, query = _counting(replace(by, sign_in_id=0, proven_at=None), clock.today())
    return Counts(**dict(zip(names, rows_of(query, _most()).one(), strict=True)))


@lru_cache(MOST_COUNTED)
def _counting(by: Person, _today: date) -> tuple[list[str], Select[*tuple[Any, ...]]]:
    """What is counted on every page: to put it together takes longer than to answer it, so once a day."""
    returned = (
        select(Revision.id)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Revision.state == State.RETURNED, Entry.owner.in_(by.writes_for))
    )
    asked = {
        "to_review": _countable(by) if by.is_reviewer else None,
        "to_mend": returned if by.writes_for else None,
        "unread": notices.unread(by) if by.is_reviewer or by.writes_for else None,
        "overdue": _old(OVERDUE_AFTER) if by.administers else None,
    }
    columns = {name: _capped(query) for name, query in asked.items() if query is not None}
    return list(columns), select(*columns.values())


def waiting_elsewhere(by: Person) -> int:
    """How much waits outside this reviewer's scope that all reviewers are told of; up to a cap."""
    if by.reviews_all:
        return 0
    query = _old(ALL_TOLD_AFTER).where(WaitingFacet.owner.not_in(by.reviews_for))
    return db.session.execute(select(_capped(query)), _most()).scalar_one()


def _old(days: int) -> Select[*tuple[Any, ...]]:
    """What has waited for so many working days."""
    return select(WaitingFacet.revision_id).where(
        WaitingFacet.facet == EVERY, WaitingFacet.value == "", WaitingFacet.submitted_at < clock.waited(days)
    )


def _countable(by: Person) -> Select[*tuple[Any, ...]]:
    return (
        select(WaitingFacet.revision_id)
        .join(Revision, Revision.id == WaitingFacet.revision_id)
        .where(*_waits_for(by, Asked()), ~_put_aside(by))
    )


def _capped(query: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    some = query.limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _most() -> dict[str, int]:
    return {"most": COUNT_TO + 1}


_former, _holder = aliased(Revision), aliased(User)


def _rows(by: Person) -> Select[*tuple[Any, ...]]:
    """The oldest first, with what each is."""
    return (
        select(
            Revision.id,
            Entry.id,
            Entry.kind,
            Revision.title,
            Entry.owner,
            Entry.reference,
            Revision.submitted_at,
            Revision.claimed_by_id,
            _holder.name,
            Revision.claimed_until,
            Revision.version,
            Entry.approved_id.is_not(None),
            case((_former.state == State.ANSWERED, True), else_=False),
            Correction.revision_id.is_not(None),
            Opened.sign_in_id.is_not(None),
            Aside.until,
            Aside.note,
        )
        .select_from(WaitingFacet)
        .join(Revision, Revision.id == WaitingFacet.revision_id)
        .join(Entry, Entry.id == Revision.entry_id)
        .outerjoin(_former, _former.id == Revision.continues_id)
        .outerjoin(Correction, Correction.revision_id == Revision.id)
        .outerjoin(_holder, _holder.id == Revision.claimed_by_id)
        .outerjoin(Opened, and_(Opened.revision_id == Revision.id, Opened.sign_in_id == by.sign_in_id))
        .outerjoin(Aside, and_(Aside.revision_id == Revision.id, Aside.user_id == by.id))
        .order_by(WaitingFacet.submitted_at, WaitingFacet.revision_id)
    )


def _found(query: Select[*tuple[Any, ...]]) -> list[Submission]:
    return [Submission(*row) for row in db.session.execute(query)]


def _waits_for(by: Person, asked: Asked) -> list[ColumnElement[bool]]:
    """In scope, not of an office where the reviewer also writes, and not by their own hand but for tags."""
    edited = exists().where(Editor.revision_id == WaitingFacet.revision_id, Editor.user_id == by.id)
    own = aliased(Correction)
    tagged = exists().where(
        own.revision_id == WaitingFacet.revision_id, own.by_id == by.id, own.touched == Touched.TAGS
    )
    conditions = [*_led_by(asked), or_(and_(Revision.submitted_by_id != by.id, ~edited), tagged)]
    if not by.reviews_all:
        conditions.append(WaitingFacet.owner.in_(by.reviews_for))
    if by.writes_for:
        conditions.append(~_tagged(Facet.GOVERNORATE, *by.writes_for))
    return [*conditions, *_held(by, asked), *_since(asked)]


def _led_by(asked: Asked) -> list[ColumnElement[bool]]:
    """The facet whose index gives the rows in their order; a second one is looked up for each row."""
    facets = [(Facet.SECTOR, asked.sector), (Facet.GOVERNORATE, asked.governorate)]
    wanted: list[tuple[str, str]] = [(facet, value) for facet, value in facets if value]
    (facet, value), *rest = wanted or [(EVERY, "")]
    conditions: list[ColumnElement[bool]] = [WaitingFacet.facet == facet, WaitingFacet.value == value]
    if asked.kind:
        conditions.append(WaitingFacet.kind == asked.kind)
    return conditions + [_tagged(facet, value) for facet, value in rest]


def _tagged(facet: str, *values: str) -> ColumnElement[bool]:
    also = aliased(WaitingFacet)
    return exists().where(
        also.revision_id == WaitingFacet.revision_id, also.facet == facet, also.value.in_(values)
    )


def _held(by: Person, asked: Asked) -> list[ColumnElement[bool]]:
    if asked.held == FREE:
        return [or_(Revision.claimed_until.is_(None), Revision.claimed_until <= clock.now())]
    if asked.held == MINE:
        claimed = aliased(Revision)
        mine = select(claimed.id).where(claimed.claimed_by_id == by.id, claimed.claimed_until > clock.now())
        # Asked beforehand: with a subquery PostgreSQL walks all that waits, to spare itself a sort.
        return [WaitingFacet.revision_id.in_(db.session.scalars(mine).all())]
    return []


def _free_for(by: Person) -> ColumnElement[bool]:
    over = or_(Revision.claimed_until.is_(None), Revision.claimed_until <= clock.now())
    return or_(over, Revision.claimed_by_id == by.id)


def _since(asked: Asked) -> list[ColumnElement[bool]]:
    """Waiting so long, and after the row that the former page ended with."""
    conditions: list[ColumnElement[bool]] = []
    if asked.waiting:
        conditions.append(WaitingFacet.submitted_at < clock.waited(asked.waiting))
    if asked.after:
        former = aliased(Revision)
        ended = select(former.submitted_at).where(former.id == asked.after).scalar_subquery()
        last = func.coalesce(ended, LONG_AGO)
        conditions += [
            WaitingFacet.submitted_at >= last,
            or_(WaitingFacet.submitted_at > last, WaitingFacet.revision_id > asked.after),
        ]
    return conditions


def _put_aside(by: Person) -> ColumnElement[bool]:
    own = aliased(Aside)
    return exists().where(
        own.revision_id == WaitingFacet.revision_id, own.user_id == by.id, own.until > clock.today()
    )
