"""Full text: the words of every card, folded and stemmed, in SQLite's FTS5 or a PostgreSQL tsvector.

Neither is a mapped table: migrations make them. No triggers, as these cannot stem Arabic; the catalogue
writes the words in the approving transaction, `reindex` writes all of them again. One column holds title and
text alike, as weighing the title more found less. Beside the tokens of `i18n.arabic` it has `r` with the
reference, `x` with the kind and `f` with the kind and each facet, so that one index answers all. Ranking
needs every occurrence: without its details FTS5 took seconds.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Integer, Select, TextClause, TextualSelect, bindparam, column, select, text

from twinweb.db import db, is_postgresql, rows_of
from twinweb.entries.kinds import Facet
from twinweb.i18n.arabic import digits, near_fts5, near_tsquery, query, stem, tokens, trigrams, words

MOST_RANKED = 2_000
"""Candidates that are put in order by how well they fit: ranking more takes longer than a page may."""

RANKED_AMONG = 200_000
"""Cards. Of more, SQLite takes too long to count how often each word is anywhere."""

ENOUGH = 15
"""With every word, a page full: SQLite does not put in order what has only some of them."""

MOST_NEAR = 10

SYNONYMS = (
    "نفايات قمامة أزبال",
    "معاقين إعاقة",
    "مجاري صرف",
    "سقي ري إرواء",
    "مكب مطمر",
    "فلاح مزارع",
    "حنطة قمح",
    "بطالة عاطلين",
    "تلميذ طالب",
    "موظف منتسب",
    "مخزن مستودع",
    "احتياطية غيار",
    "مستشفى مشفى",
)
"""Words that offices use for the same thing: who asks with one finds what is written with another."""

_SAME = {stem(word): group.split() for group in SYNONYMS for word in words(group)}
_REFERENCE = re.compile(r"[a-z]{3}-\d{4}-\d{1,9}")
_VALUE = re.compile(r"[A-Za-z0-9_-]+")
_JOINED = str.maketrans("-_", "ـء")
"""Databases make two words of what a hyphen joins, and fold capital letters."""
_DASHES = re.compile(r"\s*[-‐-―−ـ]\s*")


Facets = Iterable[tuple[Facet, str]]


class Wording(NamedTuple):
    """What a card is found by."""

    position: int
    kind: str
    reference: str
    title: str
    body: str
    facets: Facets


def add(cards: Iterable[Wording]) -> None:
    """Write the words of cards that have none yet."""
    values = [{"position": card.position, "words": _indexed(card)} for card in cards]
    statement = (
        "INSERT INTO card_words (position, words) VALUES (:position, to_tsvector('simple', :words))"
        if is_postgresql()
        else "INSERT INTO card_words (rowid, words) VALUES (:position, :words)"
    )
    if values:
        db.session.execute(text(statement), values)


def indexed() -> set[int]:
    """Positions that have words."""
    key = "position" if is_postgresql() else "rowid"
    return set(db.session.execute(text(f"SELECT {key} FROM card_words")).scalars())  # noqa: S608  two fixed names


def filters_among(positions: Sequence[int]) -> dict[int, set[str]]:
    """The facets that stand among the words of these cards, as `filter_token` writes them."""
    statement = (
        "SELECT position, array_to_string(tsvector_to_array(words), ' ') FROM card_words "
        "WHERE position IN :positions"
        if is_postgresql()
        else "SELECT rowid, words FROM card_words WHERE rowid IN :positions"
    )
    asked = text(statement).bindparams(bindparam("positions", positions, expanding=True))
    return {
        position: {token for token in all_words.lower().split() if token.startswith("f")}
        for position, all_words in db.session.execute(asked)
    }


def filter_token(kind: str, facet: Facet, value: str) -> str:
    """One token; of what is no value of a filter, however an address has it, one that no card has."""
    usual = value.upper() if facet is Facet.COUNTRY else value.lower()
    if value != usual or not _VALUE.fullmatch(value):
        return f"f{kind}"
    return f"f{kind}{facet}{value.translate(_JOINED)}".lower()


def remove(position: int) -> None:
    key = "position" if is_postgresql() else "rowid"
    db.session.execute(text(f"DELETE FROM card_words WHERE {key} = :position"), {"position": position})  # noqa: S608  two fixed names


def expression(typed: str, kind: str = "") -> str:
    """What `found` is asked with for all cards that have one of these words; '' where there is no word."""
    _cards, finished = _state_of(typed)
    return _narrowed(_any_word(typed, started=not finished), kind)


def filtered(typed: str, kind: str, facets: Facets) -> str:
    """As `expression`, for those of a kind that all filters find; of any words where none was typed."""
    filters = _both().join(filter_token(kind, *one) for one in facets)
    if not typed or not filters:
        return filters or expression(typed, kind)
    match = expression(typed)
    return match and f"{match}{_both()}{filters}"


def found() -> Select[int]:
    """Positions of all cards that match the parameter `match`, in no order."""
    statement = (
        "SELECT position FROM card_words WHERE words @@ to_tsquery('simple', :match)"
        if is_postgresql()
        else "SELECT rowid AS position FROM card_words WHERE card_words MATCH :match"
    )
    matching: TextualSelect = text(statement).columns(column("position", Integer))
    return select(matching.subquery().c.position)


def best(typed: str, kind: str, limit: int) -> list[int]:
    """Positions of the cards that fit what was typed, the best first."""
    cards, finished = _state_of(typed)
    if cards <= RANKED_AMONG or is_postgresql():
        return ranked(typed, kind, limit, finished=finished)
    exact = " AND ".join(tokens[0] for tokens in _asked(typed, started=False))
    return _newest(
        [exact, _every_word(typed, started=False), _any_word(typed, started=not finished)], kind, limit
    )


def ranked(typed: str, kind: str, limit: int, *, finished: bool) -> list[int]:
    """Those with every word before others, whatever it costs. `finished`: the last word has its end.

    The others are only asked for where these are too few, and are the newest where these fill a page: one of
    two words may be in half of all texts, and putting these in order costs more the more there are.
    """
    some, whole = _any_word(typed, started=not finished), _every_word(typed, started=False)
    full = _ranked([whole], kind, limit, fit=some)
    if len(full) == limit:
        return full
    if len(full) >= ENOUGH and not is_postgresql():
        others = _newest([some], kind, limit)
    else:
        others = _ranked([some] if full else [some, _every_word(typed)], kind, limit, fit=some)
    return list(dict.fromkeys([*full, *others]))[:limit]


def near(typed: str, kind: str) -> list[int]:
    """Positions of a few cards whose titles look like what was typed, the likest first."""
    match = near_tsquery(typed) if is_postgresql() else near_fts5(typed)
    return _ranked([] if _reference_in(typed) else [match], kind, MOST_NEAR, fit=match)


def widened(typed: str) -> str:
    """What was typed with its synonyms, to be marked in a text."""
    same = chain.from_iterable(_SAME.get(stem(word), ()) for word in words(typed))
    return " ".join([*dict.fromkeys(same), typed])


def _indexed(card: Wording) -> str:
    special = ["x" + card.kind, *(["r" + name] if (name := _reference_in(card.reference)) else [])]
    facets = [filter_token(card.kind, *one) for one in card.facets]
    return " ".join([*special, *facets, tokens(card.title), tokens(card.body), trigrams(card.title)])


def _reference_in(typed: str) -> str:
    """`les20220001` where that is what was typed, in whatever digits and dashes."""
    found = _REFERENCE.fullmatch(_DASHES.sub("-", digits(typed).strip().lower()))
    return found[0].replace("-", "") if found else ""


# --- expressions of FTS5 and of PostgreSQL: made of tokens, never of typed text ----------------------------


def _any_word(typed: str, *, started: bool = True) -> str:
    either = " | " if is_postgresql() else " OR "
    return either.join(dict.fromkeys(chain.from_iterable(_asked(typed, started=started))))


def _every_word(typed: str, *, started: bool = True) -> str:
    """'' where that is one word."""
    either = " | " if is_postgresql() else " OR "
    asked = _asked(typed, started=started)
    return _both().join(f"({either.join(tokens)})" for tokens in asked) if len(asked) > 1 else ""


def _narrowed(match: str, kind: str) -> str:
    return f"({match})" + (f"{_both()}x{kind}" if kind else "") if match else ""


def _both() -> str:
    return " & " if is_postgresql() else " AND "


def _asked(typed: str, *, started: bool = True) -> list[list[str]]:
    """For each word that was typed, tokens of which a text must have one; a reference is one word.

    `started`: the last word may be one whose end is not typed yet.
    """
    if name := _reference_in(typed):
        return [["r" + name]]
    more = ":*" if is_postgresql() else "*"
    tokens = (
        (
            *term.tokens,
            *(start + more for start in term.starts if started),
            *chain.from_iterable(
                same.tokens for word in _SAME.get(stem(term.word), ()) for same in query(word)
            ),
        )
        for term in query(typed)
    )
    return [list(dict.fromkeys(one)) for one in tokens]


def _state_of(typed: str) -> tuple[int, bool]:
    """How many cards there are at most, and whether the last word that was typed stands in one of them.

    Else its end may not be typed yet, and all that begins so is asked for: the more there is, the longer.
    """
    forms = [form for term in query(typed) for form in term.starts]
    if not forms:
        return rows_of(_MOST_CARDS).scalar_one(), True
    asked, either = (_STATE_TSVECTOR, " | ") if is_postgresql() else (_STATE_FTS5, " OR ")
    cards, finished = rows_of(asked, {"forms": either.join(forms)}).one()
    return cards, bool(finished)


def _newest(expressions: Iterable[str], kind: str, limit: int) -> list[int]:
    """The newest that match the first, then those that match the second; on SQLite alone."""
    found: dict[int, None] = {}
    for match in filter(None, expressions):
        if len(found) < limit:
            values = {"match": _narrowed(match, kind), "limit": limit}
            found |= dict.fromkeys(rows_of(_NEWEST, values).scalars())
    return list(found)[:limit]


def _ranked(expressions: Sequence[str], kind: str, limit: int, *, fit: str) -> list[int]:
    """The best of the newest 2,000 that match, a share of them for each expression.

    So those with every word are compared, however old, where very many cards have one of the words.
    """
    matches = list(filter(None, dict.fromkeys(expressions)))
    if not matches:
        return []
    values = {f"match{number}": _narrowed(match, kind) for number, match in enumerate(matches)}
    more = {"most": MOST_RANKED // len(matches), "limit": limit}
    ranked = {"ranked": fit} if is_postgresql() else {}
    asked = _best_of(len(matches), _NEWEST_TSVECTOR if is_postgresql() else _NEWEST_FTS5)
    return list(rows_of(asked, {**values, **more, **ranked}).scalars())


@cache
def _best_of(expressions: int, newest: str) -> TextClause:
    candidates = " UNION ALL ".join(newest.format(number) for number in range(expressions))
    return text(
        f"SELECT position FROM ({candidates}) AS candidates "  # noqa: S608  made of the texts below
        "GROUP BY position ORDER BY max(fit) DESC, position DESC LIMIT +:limit"
    )


_MOST_CARDS = text("SELECT coalesce(max(position), 0) FROM card")
_STATE_FTS5 = text(
    "SELECT coalesce((SELECT max(position) FROM card), 0), "
    "EXISTS (SELECT 1 FROM card_words WHERE card_words MATCH :forms)"
)
_STATE_TSVECTOR = text(
    "SELECT coalesce((SELECT max(position) FROM card), 0), "
    "EXISTS (SELECT 1 FROM card_words WHERE words @@ to_tsquery('simple', :forms))"
)
# Limits stand behind a sign: see `db._PlanningOnce`.
_NEWEST = text("SELECT rowid FROM card_words WHERE card_words MATCH :match ORDER BY rowid DESC LIMIT +:limit")
_NEWEST_FTS5 = (
    "SELECT * FROM (SELECT rowid AS position, -bm25(card_words) AS fit FROM card_words "
    "WHERE card_words MATCH :match{0} ORDER BY rowid DESC LIMIT +:most)"
)
_NEWEST_TSVECTOR = (
    "SELECT position, ts_rank(words, to_tsquery('simple', :ranked), 1) AS fit FROM ("
    "SELECT position, words FROM card_words WHERE words @@ to_tsquery('simple', :match{0}) "
    "ORDER BY position DESC LIMIT +:most) AS newest{0}"
)
