"""Lists of approved entries: filtered, counted up to a cap, paged by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from twinweb.db import is_postgresql, rows_of
from twinweb.entries import words
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet
from twinweb.entries.queries import PAGE
from twinweb.entries.relations import referring

COUNT_TO = 1_000
"""Lists are counted so far; beyond it a page says "more than"."""
MOST_SHAPES = 64
"""So many sets of filters are held ready: more than people use, fewer than there are."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for."""

    kind: str = ""
    words: str = ""
    facets: Mapping[Facet, str] = field(default_factory=dict)
    """Among the words each stands with its kind: several, or one with words, find nothing without `kind`."""
    of: int = 0
    """The entry that they refer to, straight or by way of another."""
    after: int = 0
    """The position that the former page ended with."""


class Row(NamedTuple):
    """What a list shows of an entry."""

    position: int
    entry_id: int
    kind: str
    reference: str
    title: str
    owner: str
    phase: str
    when: str
    until: str
    sectors: tuple[str, ...]
    governorates: tuple[str, ...]

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "Row":
        """From what was asked for as `COLUMNS`."""
        return cls(*columns[:-2], *map(tuple, columns[-2:]))

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
    Card.owner,
    Card.phase,
    Card.when,
    Card.until,
    Card.sectors,
    Card.governorates,
)

_TEXTS = select(*COLUMNS, Card.summary, Card.text).where(
    Card.position.in_(bindparam("positions", expanding=True))
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
    space: Any = literal_column("' '")  # what is bound would be put into the statement anew each time
    return select(func.aggregate_strings(every.c.value, space)).scalar_subquery()


_OFFERED = (*_YEARS, _every_country().label("countries"))


def listing(filters: Filters, limit: int = PAGE) -> Listing:
    """A page of a list, the newest first, how many there are, what filters offer: one statement."""
    match = _asked_of_words(filters)
    values: dict[str, object] = {str(facet): value for facet, value in filters.facets.items()}
    values |= {"kind": filters.kind, "of": filters.of, "after": filters.after, "match": match}
    values |= {"limit": limit + 1, "most": COUNT_TO + 1}
    answer = rows_of(_statement(shape_of(filters, match)), values).all()
    count, oldest, newest, countries = answer[0][:4]
    found = [Row.of(row[4:]) for row in answer if row[4]]
    return Listing(
        rows=found[:limit],
        count=min(count, COUNT_TO),
        capped=count > COUNT_TO,
        next_after=found[limit - 1].position if len(found) > limit else None,
        years=_years(oldest, newest),
        countries=(countries or "").split(),
    )


def _asked_of_words(filters: Filters) -> str:
    """Words, and on SQLite several filters too: from row to row of an index it takes three times as long.

    PostgreSQL goes along the indexes of all filters at once.
    """
    several = len(filters.facets) > 1 and not is_postgresql()
    if not filters.words and not several:
        return ""
    return words.filtered(filters.words, filters.kind, filters.facets.items())


def texts_at(positions: Sequence[int]) -> list[tuple[Row, str]]:
    """The cards at these positions with all of their text, in the order given."""
    answer = rows_of(_TEXTS, {"positions": positions})
    found = {row[0]: (Row.of(row[:-2]), "\n".join(filter(None, row[-2:]))) for row in answer}
    return [found[position] for position in positions if position in found]


class Shape(NamedTuple):
    """Which filters are set, whatever to: lists of one shape are asked for by one statement."""

    kind: bool
    facets: tuple[Facet, ...]
    """None where the words are asked: what is asked of the words has them too."""
    of: bool
    words: bool
    nothing: bool
    """What was typed has no word in it."""
    after: bool
    postgresql: bool
    """It has an index of words of its own."""


def shape_of(filters: Filters, match: str = "") -> Shape:
    return Shape(
        kind=bool(filters.kind),
        facets=() if match else tuple(sorted(filters.facets)),
        of=bool(filters.of),
        words=bool(match),
        nothing=bool(filters.words) and not match,
        after=bool(filters.after),
        postgresql=is_postgresql(),
    )


@lru_cache(MOST_SHAPES)
def _statement(shape: Shape) -> Select[*tuple[Any, ...]]:
    """To put it together takes longer than to answer it."""
    matching = positions(shape)
    newest = _newest(matching).limit(_number("most")).cte("newest")
    page = _page(newest, matching, shape).limit(_number("limit")).subquery("page")
    around = _around(newest).subquery("around")
    return (
        select(*around.c, *COLUMNS)
        .select_from(around)
        .outerjoin(page, true())
        .outerjoin(Card, Card.position == page.c.position)
        .order_by(page.c.position.desc())
    )


def _number(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer)


def _newest(matching: Select[int]) -> Select[int]:
    return matching.order_by(matching.selected_columns[0].desc())


def _page(newest: CTE, matching: Select[int], shape: Shape) -> Select[int]:
    """The first is among those that are counted: they are looked up once."""
    if shape.after:
        return _newest(matching).where(matching.selected_columns[0] < _number("after"))
    return select(newest.c.position).order_by(newest.c.position.desc())


def _around(newest: CTE) -> Select[int, str, str, str]:
    """The count, up to its cap, the first and last year, and the countries."""
    return select(select(func.count()).select_from(newest).scalar_subquery().label("count"), *_OFFERED)


def _years(oldest: str | None, newest: str | None) -> list[str]:
    return [str(year) for year in range(int(newest), int(oldest) - 1, -1)] if oldest and newest else []


def positions(shape: Shape) -> Select[int]:
    """Where the entries stand that a list was asked for: read from indexes alone.

    What is retired has neither facets nor words.
    """
    if shape.nothing:
        return select(literal(0, Integer).label("position")).where(false())
    if shape.of:
        return _of(shape)
    if shape.words:
        return words.found()
    return _with_facets(shape) if shape.facets else _all(shape)


def _with_facets(shape: Shape) -> Select[int]:
    """From the index alone, so that a rare value is found as fast as a common one."""
    facet, *others = shape.facets
    first = aliased(CardFacet, name="first")
    query = select(first.position).where(first.facet == facet, first.value == bindparam(facet))
    if shape.kind:
        query = query.where(first.kind == bindparam("kind"))
    for other in others:
        query = query.where(_has(first.position, other))
    return query


def _all(shape: Shape) -> Select[int]:
    query = select(Card.position).where(Card.retired.is_(False))
    return query.where(Card.kind == bindparam("kind")) if shape.kind else query


def _of(shape: Shape) -> Select[int]:
    """Few enough to look at each."""
    of = _number("of")
    query = _all(shape).where(Card.revision_id.in_(referring(of)), Card.entry_id != of)
    for facet in shape.facets:
        query = query.where(_has(Card.position, facet))
    if shape.words:  # + 0: else SQLite goes through all cards with such words, one by one
        query = query.where((Card.position + 0).in_(words.found()))
    return query


def _has(position: ColumnElement[int] | InstrumentedAttribute[int], facet: Facet) -> ColumnElement[bool]:
    one = aliased(CardFacet)
    return exists(literal_column("1")).where(
        one.position == position, one.facet == facet, one.value == bindparam(facet)
    )
