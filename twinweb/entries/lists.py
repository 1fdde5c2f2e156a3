"""Lists of approved entries: filtered, counted up to a cap, paged by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, literal_column, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from twinweb.db import db
from twinweb.entries import words
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet
from twinweb.entries.queries import PAGE
from twinweb.entries.relations import referring

COUNT_TO = 1_000
"""Lists are counted so far; beyond it a page says "more than"."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for."""

    kind: str = ""
    words: str = ""
    facets: Mapping[Facet, str] = field(default_factory=dict)
    of: int = 0
    """The entry that they refer to, straight or by way of another."""
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
    until: str
    sectors: list[str]
    governorates: list[str]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last, of what lasts for days."""
        return (date.fromisoformat(self.when), date.fromisoformat(self.until)) if self.until else None


@dataclass(frozen=True, slots=True)
class Listing:
    rows: Sequence[Row]
    count: int
    capped: bool
    """There are more than `count`."""
    next_after: int | None
    """Where the next page begins, if there is one."""
    years: Sequence[str] = ()
    """From the newest to the oldest that any entry is of: what lists can be filtered by, as also by …"""
    countries: Sequence[str] = ()
    """… the countries that any entry is of."""


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
    Card.until,
    Card.sectors,
    Card.governorates,
)


_YEARS = (
    select(func.min(CardFacet.value)).where(CardFacet.facet == Facet.YEAR).scalar_subquery().label("oldest"),
    select(func.max(CardFacet.value)).where(CardFacet.facet == Facet.YEAR).scalar_subquery().label("newest"),
)


def _next_country(*after: ColumnElement[bool]) -> ScalarSelect[str]:
    return select(func.min(CardFacet.value)).where(CardFacet.facet == Facet.COUNTRY, *after).scalar_subquery()


def _every_country() -> ScalarSelect[str]:
    """From one to the next along the index: as quick among a million entries as among ten."""
    first = select(_next_country().label("value")).cte("country", recursive=True)
    following = select(_next_country(CardFacet.value > first.c.value)).where(first.c.value.is_not(None))
    every = first.union_all(following)
    return select(func.aggregate_strings(every.c.value, " ")).scalar_subquery()


_OFFERED = (*_YEARS, _every_country().label("countries"))

RAREST_FIRST = (
    Facet.PARTY,
    Facet.COUNTRY,
    Facet.GOVERNORATE,
    Facet.PHASE,
    Facet.SECTOR,
    Facet.YEAR,
)
"""The order in which filters are looked up: SQLite keeps no figures that would tell it."""


def listing(filters: Filters, limit: int = PAGE) -> Listing:
    """A page of a list, the newest first, how many there are, what filters offer: one statement."""
    matching = positions(filters)
    page = _page(matching, filters.after).limit(limit + 1).subquery("page")
    around = _around(matching).subquery("around")
    query = (
        select(*around.c, *COLUMNS)
        .select_from(around)
        .outerjoin(page, true())
        .outerjoin(Card, Card.position == page.c.position)
        .order_by(page.c.position.desc())
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    count, oldest, newest, countries = rows[0][:4]
    found = [Row(*row[4:]) for row in rows if row[4]]
    return Listing(
        rows=found[:limit],
        count=min(count, COUNT_TO),
        capped=count > COUNT_TO,
        next_after=found[limit - 1].position if len(found) > limit else None,
        years=_years(oldest, newest),
        countries=(countries or "").split(),
    )


def texts_at(positions: Sequence[int]) -> list[tuple[Row, str]]:
    """The cards at these positions with all of their text, in the order given."""
    query = select(Card.summary, Card.text, *COLUMNS).where(Card.position.in_(positions))
    found = {row[2]: (Row(*row[2:]), "\n".join(filter(None, row[:2]))) for row in db.session.execute(query)}
    return [found[position] for position in positions if position in found]


def _page(matching: Select[int], after: int) -> Select[int]:
    position = matching.selected_columns[0]
    newest = matching.order_by(position.desc())
    return newest.where(position < after) if after else newest


def _around(matching: Select[int]) -> Select[int, str, str, str]:
    """The count, up to its cap, the first and last year, and the countries."""
    some = matching.limit(COUNT_TO + 1).subquery()
    return select(select(func.count()).select_from(some).scalar_subquery().label("count"), *_OFFERED)


def _years(oldest: str | None, newest: str | None) -> list[str]:
    return [str(year) for year in range(int(newest), int(oldest) - 1, -1)] if oldest and newest else []


def positions(filters: Filters) -> Select[int]:
    """Where the entries stand that a list was asked for: read from indexes alone.

    Driven by the index of the first filter, so that a rare value is found as fast as a common one. What is
    retired has neither facets nor words.
    """
    facets = sorted(filters.facets.items(), key=lambda one: RAREST_FIRST.index(one[0]))
    if filters.of:
        return _of(filters)
    if not facets:
        return words.found(filters.words, filters.kind) if filters.words else _all(filters.kind)
    (facet, value), *others = facets
    first = aliased(CardFacet, name="first")
    query = select(first.position).where(first.facet == facet, first.value == value)
    if filters.kind:
        query = query.where(first.kind == filters.kind)
    for other in others:
        query = query.where(_has(first.position, *other))
    if filters.words:  # + 0: else SQLite goes through all cards with such words, one by one
        query = query.where((first.position + 0).in_(words.found(filters.words, filters.kind)))
    return query


def _all(kind: str) -> Select[int]:
    query = select(Card.position).where(Card.retired.is_(False))
    return query.where(Card.kind == kind) if kind else query


def _of(filters: Filters) -> Select[int]:
    """Few enough to look at each."""
    query = _all(filters.kind).where(Card.revision_id.in_(referring(filters.of)), Card.entry_id != filters.of)
    for facet in filters.facets.items():
        query = query.where(_has(Card.position, *facet))
    if filters.words:
        query = query.where((Card.position + 0).in_(words.found(filters.words, filters.kind)))
    return query


def _has(
    position: ColumnElement[int] | InstrumentedAttribute[int], facet: Facet, value: str
) -> ColumnElement[bool]:
    one = aliased(CardFacet)
    return exists(literal_column("1")).where(one.position == position, one.facet == facet, one.value == value)
