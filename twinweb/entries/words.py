"""Full text: the words of every card, folded and stemmed, in SQLite's FTS5 or a PostgreSQL tsvector.

Neither is a mapped table: migrations make them. No triggers, as these cannot stem Arabic; the catalogue writes
the words in the approving transaction, `reindex` writes all of them again.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, column, false, text

from twinweb.db import db
from twinweb.i18n.arabic import match_fts5, match_tsquery, tokens

MOST_RANKED = 2_000
"""Candidates that are put in order by how well they fit: ranking more takes longer than a page may."""


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


class Wording(NamedTuple):
    """What a card is found by."""

    position: int
    kind: str
    title: str
    body: str


def add(cards: Iterable[Wording]) -> None:
    """Write the words of cards that have none yet."""
    values = [
        {"position": card.position, "kind": card.kind, "title": tokens(card.title), "body": tokens(card.body)}
        for card in cards
    ]
    if is_postgresql():
        statement = (
            "INSERT INTO card_words (position, kind, words) VALUES (:position, :kind, "
            "setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector('simple', :body), 'C'))"
        )
    else:
        statement = (
            "INSERT INTO card_words (rowid, kind, title, body) VALUES (:position, :kind, :title, :body)"
        )
    if values:
        db.session.execute(text(statement), values)


def indexed() -> set[int]:
    """Positions that have words."""
    key = "position" if is_postgresql() else "rowid"
    return set(db.session.execute(text(f"SELECT {key} FROM card_words")).scalars())  # noqa: S608  two fixed names


def remove(position: int) -> None:
    key = "position" if is_postgresql() else "rowid"
    db.session.execute(text(f"DELETE FROM card_words WHERE {key} = :position"), {"position": position})  # noqa: S608  two fixed names


def best(typed: str, limit: int = MOST_RANKED) -> list[int]:
    """Positions of the cards that fit what was typed, the best first, at most `limit`."""
    match = match_tsquery(typed) if is_postgresql() else match_fts5(typed)
    if not match:
        return []
    statement = (
        "SELECT position FROM (SELECT position, words FROM card_words "
        "WHERE words @@ to_tsquery('simple', :match) ORDER BY position DESC LIMIT :most) AS found "
        "ORDER BY ts_rank(words, to_tsquery('simple', :match), 1) DESC, position DESC LIMIT :limit"
        if is_postgresql()
        else "SELECT rowid FROM card_words WHERE card_words MATCH :match "
        "ORDER BY bm25(card_words, 0, 5, 1), rowid DESC LIMIT :limit"
    )
    values = {"match": match, "limit": limit} | ({"most": MOST_RANKED} if is_postgresql() else {})
    return list(db.session.execute(text(statement), values).scalars())


def fits(typed: str, position: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a card has words that were typed; where nothing of it can be looked for, no card has."""
    match = match_tsquery(typed) if is_postgresql() else match_fts5(typed)
    if not match:
        return false()
    found = (
        text("SELECT position FROM card_words WHERE words @@ to_tsquery('simple', :match)")
        if is_postgresql()
        else text("SELECT rowid AS position FROM card_words WHERE card_words MATCH :match")
    )
    return position.in_(found.bindparams(match=match).columns(column("position", Integer)).scalar_subquery())
