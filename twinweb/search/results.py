"""What a search found: the best first, each with the words of the query marked in its text."""

from collections.abc import Sequence
from dataclasses import dataclass

from twinweb.entries import lists, words
from twinweb.entries.lists import Row
from twinweb.i18n.arabic import excerpt, highlight

PAGE, MOST_PAGES = 15, 4
"""Fewer than in lists, as each answer brings a passage: so many stay within 3 kB."""
LONGEST_READ = 20_000
"""Of a text, in search of the passage to show."""

Pieces = list[tuple[str, bool]]
"""A text in pieces; those that answer the query are marked True."""


@dataclass(frozen=True, slots=True)
class Hit:
    row: Row
    title: Pieces
    text: Pieces


@dataclass(frozen=True, slots=True)
class Results:
    hits: Sequence[Hit] = ()
    count: int = 0
    capped: bool = False
    """There are more than `count`."""
    near: Sequence[Hit] = ()
    """Where nothing was found: titles that look alike."""
    page: int = 1
    has_next: bool = False


def results(typed: str, kind: str, page: int = 1) -> Results:
    """A page of what fits; at most four pages, then the person is better served by asking for less."""
    best = words.best(typed, kind, PAGE * MOST_PAGES + 1)
    if not best:
        return Results(near=_hits(words.near(typed, kind), typed))
    capped = len(best) > PAGE * MOST_PAGES
    best = best[: PAGE * MOST_PAGES]
    return Results(
        hits=_hits(best[(page - 1) * PAGE : page * PAGE], typed),
        count=len(best),
        capped=capped,
        page=page,
        has_next=len(best) > page * PAGE,
    )


def _hits(positions: Sequence[int], typed: str) -> list[Hit]:
    marked = words.widened(typed)
    return [
        Hit(row, highlight(row.title, marked), excerpt(text[:LONGEST_READ], marked))
        for row, text in (lists.texts_at(positions) if positions else ())
    ]
