"""What belongs to a sector, a governorate or a party, of all kinds of approved entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, union_all

from twinweb.db import db
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import COLUMNS, Row
from twinweb.entries.models import Card, CardFacet
from twinweb.kinds import KINDS
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
        row = Row(*columns)
        former = found.get(row.kind, Gathered(count, ()))
        found[row.kind] = Gathered(count, [*former.newest, row])
    return {kind: found[kind] for kind in KINDS if kind in found}


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
