"""What belongs to a sector, a governorate or a party, of all kinds of approved entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select, union_all

from twinweb.db import db
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import COLUMNS, Row
from twinweb.entries.models import Card, CardFacet
from twinweb.kinds import KINDS
from twinweb.lessons.facts import LessonKind
from twinweb.lessons.models import Lesson
from twinweb.partnerships.facts import PartyRole
from twinweb.partnerships.models import PartnershipParty
from twinweb.reference.models import Governorate, Party, Sector

NEWEST = 4
MOST_ROLES = 50


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of one kind: how many entries, and the newest of them."""

    count: int
    newest: Sequence[Row]


@dataclass(frozen=True, slots=True)
class InRole:
    """A partnership that a party is in, and as what."""

    entry_id: int
    title: str
    reference: str
    role: PartyRole


def gathered(facet: Facet, value: str) -> dict[str, Gathered]:
    """By kind, for the kinds of which there is any: one statement."""
    here = (CardFacet.facet == facet, CardFacet.value == value)
    counts = select(CardFacet.kind, func.count().label("count")).where(*here).group_by(CardFacet.kind)
    newest = [
        select(
            select(CardFacet.position)
            .where(*here, CardFacet.kind == kind)
            .order_by(CardFacet.position.desc())
            .limit(NEWEST)
            .subquery()
            .c.position
        )
        for kind in KINDS
    ]
    positions, counted = union_all(*newest).subquery(), counts.subquery()
    query = (
        select(counted.c.count, *COLUMNS)
        .join(positions, positions.c.position == Card.position)
        .join(counted, counted.c.kind == Card.kind)
        .order_by(Card.position.desc())
    )
    found: dict[str, Gathered] = {}
    for count, *columns in db.session.execute(query):
        row = Row.of(columns)
        former = found.get(row.kind, Gathered(count, ()))
        found[row.kind] = Gathered(count, [*former.newest, row])
    return {kind: found[kind] for kind in KINDS if kind in found}


@dataclass(frozen=True, slots=True)
class WholeLesson:
    """A lesson with all that a digest says of it."""

    entry_id: int
    reference: str
    owner: str
    sectors: list[str]
    kind: LessonKind
    title: str
    year: int
    situation: str
    done: str
    result: str
    avoid: str
    recommendation: str
    need_cost: str
    need_people: str
    need_time: str
    sources: list[dict[str, Any]]
    contact_office: str
    contact_phone: str
    contact_email: str
    title_en: str
    summary_en: str


@dataclass(frozen=True, slots=True)
class Lessons:
    lessons: Sequence[WholeLesson]
    count: int
    """How many there are."""


def lessons(facet: Facet, value: str, limit: int) -> Lessons:
    """The newest approved lessons of a sector or governorate: two statements."""
    here = (CardFacet.facet == facet, CardFacet.value == value, CardFacet.kind == "lesson")
    of_card = {"entry_id", "reference", "owner", "sectors"}
    columns = [getattr(Card if one.name in of_card else Lesson, one.name) for one in fields(WholeLesson)]
    query = (
        select(*columns)
        .select_from(CardFacet)
        .join(Card, Card.position == CardFacet.position)
        .join(Lesson, Lesson.entry_id == Card.entry_id)
        .where(*here)
        .order_by(CardFacet.position.desc())
        .limit(limit)
    )
    count = db.session.scalars(select(func.count()).select_from(CardFacet).where(*here)).one()
    return Lessons([WholeLesson(*row) for row in db.session.execute(query)], count)


def counts(facet: Facet) -> Mapping[str, int]:
    """How many approved entries there are of each value."""
    query = select(CardFacet.value, func.count()).where(CardFacet.facet == facet).group_by(CardFacet.value)
    return dict(db.session.execute(query).all())


def sector(slug: str) -> Sector | None:
    return db.session.get(Sector, slug)


def governorate(slug: str) -> Governorate | None:
    return db.session.get(Governorate, slug)


def party(party_id: int) -> Party | None:
    """This party, or the one that it was merged into."""
    found = db.session.get(Party, party_id)
    while found and found.merged_into:
        found = db.session.get(Party, found.merged_into)
    return found


def roles(party_id: int) -> list[InRole]:
    """The newest approved partnerships of a party."""
    query = (
        select(Card.entry_id, Card.title, Card.reference, PartnershipParty.role)
        .join(PartnershipParty, PartnershipParty.entry_id == Card.entry_id)
        .where(PartnershipParty.party_id == party_id, Card.retired.is_(False))
        .order_by(Card.position.desc(), PartnershipParty.line)
        .limit(MOST_ROLES)
    )
    return [InRole(*row) for row in db.session.execute(query)]
