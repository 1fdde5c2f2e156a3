"""Lists of approved entries: filtered, counted up to a cap, paged by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from twinweb.db import db
from twinweb.entries import words
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet
from twinweb.entries.queries import PAGE

COUNT_TO = 1_000
"""Lists are counted so far; beyond it a page says "more than"."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for."""

    kind: str = ""
    words: str = ""
    facets: Mapping[Facet, str] = field(default_factory=dict)
    after: int = 0
    """The position that the former page ended with."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of an entry."""

    position: int
    entry_id: int
    kind: str
    reference: str
    title: str
    summary: str
    owner: str
    phase: str
    when: str
    sectors: list[str]
    governorates: list[str]


@dataclass(frozen=True, slots=True)
class Listing:
    rows: Sequence[Row]
    count: int
    capped: bool
    """There are more than `count`."""
    next_after: int | None
    """Where the next page begins, if there is one."""


COLUMNS = (
    Card.position,
    Card.entry_id,
    Card.kind,
    Card.reference,
    Card.title,
    func.substr(Card.summary, 1, 300),
    Card.owner,
    Card.phase,
    Card.when,
    Card.sectors,
    Card.governorates,
)


def listing(filters: Filters, limit: int = PAGE) -> Listing:
    """A page of a list, the newest first, and how many there are: two statements."""
    matching = _matching(filters, *COLUMNS)
    page = matching.where(Card.position < filters.after) if filters.after else matching
    found = [Row(*row) for row in db.session.execute(page.order_by(Card.position.desc()).limit(limit + 1))]
    count = _count(filters)
    more = len(found) > limit
    return Listing(
        rows=found[:limit],
        count=min(count, COUNT_TO),
        capped=count > COUNT_TO,
        next_after=found[limit - 1].position if more else None,
    )


def rows_at(positions: Sequence[int]) -> list[Row]:
    """The cards at these positions, in the order given."""
    found = {
        row[0]: Row(*row) for row in db.session.execute(select(*COLUMNS).where(Card.position.in_(positions)))
    }
    return [found[position] for position in positions if position in found]


def years(kind: str) -> list[str]:
    """The years that a list can be filtered by, the newest first."""
    query = (
        select(CardFacet.value)
        .where(CardFacet.facet == Facet.YEAR, CardFacet.kind == kind)
        .distinct()
        .order_by(CardFacet.value.desc())
    )
    return list(db.session.scalars(query))


def _count(filters: Filters) -> int:
    some = _matching(filters, literal_column("1")).limit(COUNT_TO + 1).subquery()
    return db.session.scalars(select(func.count()).select_from(some)).one()


def _matching(filters: Filters, *columns: object) -> Select[*tuple[object, ...]]:
    """Driven by the first facet's index where there is one, so that a rare value is found as fast as a common one."""
    query: Select[*tuple[object, ...]] = select(*columns).select_from(Card).where(Card.retired.is_(False))
    if filters.kind:
        query = query.where(Card.kind == filters.kind)
    for facet, value in filters.facets.items():
        query = query.where(_has(facet, value, filters.kind))
    if filters.words:
        query = query.where(words.fits(filters.words, Card.position))
    return query


def _has(facet: Facet, value: str, kind: str) -> object:
    one = aliased(CardFacet)
    conditions = [one.facet == facet, one.value == value]
    if kind:
        conditions.append(one.kind == kind)
    return exists().where(and_(one.position == Card.position, *conditions))
