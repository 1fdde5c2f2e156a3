"""Whether register, catalogue and words say what was approved: for operators, and after a restore."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, or_, select, text

from twinweb.db import db, is_postgresql
from twinweb.entries import catalogue, words
from twinweb.entries.desk import EVERY
from twinweb.entries.desk_models import WaitingFacet
from twinweb.entries.kinds import CardFacts, Facet, Kind, Kinds
from twinweb.entries.models import Card, Entry, Revision
from twinweb.entries.readiness import facts_of
from twinweb.entries.refusals import Incomplete
from twinweb.entries.states import State

BATCH = 500
Approved = tuple[Entry, Revision, Card | None]


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds beside some approved entries."""

    registers: Mapping[int, int]
    """The revision that each entry's row in its register was written from."""
    facets: Mapping[int, set[tuple[Facet, str]]] = field(default_factory=dict)
    words: set[int] = field(default_factory=set)
    filters: Mapping[int, set[str]] = field(default_factory=dict)
    """Among the words: by these a card is found where words and filters are asked for together."""


def faults(kinds: Kinds) -> Iterator[str]:
    """Everything that falls short, in words."""
    yield from _broken_database()
    indexed = words.indexed()
    after = 0
    while batch := _approved_after(after):
        positions = [card.position for _, _, card in batch if card]
        held = Held(
            _registers(batch, kinds), catalogue.facets_at(positions), indexed, words.filters_among(positions)
        )
        for entry, revision, card in batch:
            found = _of_entry(entry, revision, card, held, kinds[entry.kind])
            yield from (f"{_name(entry)}: {fault}" for fault in found)
        after = batch[-1][0].id
        db.session.expunge_all()
    yield from _orphans(kinds, indexed)
    yield from _queue_faults()


def _queue_faults() -> Iterator[str]:
    """What waits is found in the queue, and nothing else is: what nobody finds would wait for ever."""
    waits = set(db.session.scalars(select(Revision.id).where(Revision.state == State.SUBMITTED)))
    found = set(db.session.scalars(select(WaitingFacet.revision_id).where(WaitingFacet.facet == EVERY)))
    yield from (
        f"submission {revision_id}: the queue does not find it" for revision_id in sorted(waits - found)
    )
    yield from (
        f"revision {revision_id}: it waits no longer, but stands in the queue"
        for revision_id in sorted(found - waits)
    )


def _of_entry(entry: Entry, revision: Revision, card: Card | None, held: Held, kind: Kind) -> Iterator[str]:
    if revision.state is not State.APPROVED:
        yield f"readers see a revision that is {revision.state}"
    if held.registers.get(entry.id) != revision.id:
        yield "the register does not hold the approved revision"
    if card is None:
        yield "it is missing in the catalogue"
        return
    try:
        facts = kind.card(facts_of(revision, kind))
    except Incomplete as incomplete:
        yield f"the approved revision is not complete: {', '.join(one.path for one in incomplete.problems)}"
        return
    yield from _of_card(catalogue.card_of(entry, revision, facts), facts, card, held)


def _of_card(expected: Mapping[str, Any], facts: CardFacts, card: Card, held: Held) -> Iterator[str]:
    """Countries are also passed on from entry to entry: a card may have more than its own."""
    wrong = [name for name, value in expected.items() if getattr(card, name) != value]
    if wrong:
        yield f"the catalogue says something else in: {', '.join(wrong)}"
    wanted = set(catalogue.facets_of(expected, facts, ()))
    present = held.facets[card.position]
    missing = sorted(wanted - present)
    more = sorted(one for one in present - wanted if one[0] is not Facet.COUNTRY)
    yield from (f"the filter by {facet} {value} does not find it" for facet, value in missing)
    yield from (f"the filter by {facet} {value} finds it wrongly" for facet, value in more)
    if (card.position in held.words) is card.retired:
        yield "search finds it though it is retired" if card.retired else "search does not know its words"
    elif not (missing or more) and held.filters.get(card.position, set()) != _tokens(card.kind, present):
        yield "search does not know the filters that find it"


def _tokens(kind: str, facets: Iterable[tuple[Facet, str]]) -> set[str]:
    return {words.filter_token(kind, *one) for one in facets}


def _approved_after(entry_id: int) -> list[Approved]:
    query = (
        select(Entry, Revision, Card)
        .join(Revision, Revision.id == Entry.approved_id)
        .outerjoin(Card, Card.entry_id == Entry.id)
        .where(Entry.id > entry_id)
        .order_by(Entry.id)
        .limit(BATCH)
    )
    return [(entry, revision, card) for entry, revision, card in db.session.execute(query)]


def _registers(batch: Sequence[Approved], kinds: Kinds) -> dict[int, int]:
    found: dict[int, int] = {}
    for kind in kinds.values():
        table: Any = kind.register
        ids = [entry.id for entry, _, _ in batch if entry.kind == kind.name]
        rows = db.session.execute(select(table.entry_id, table.revision_id).where(table.entry_id.in_(ids)))
        found |= {row[0]: row[1] for row in rows}
    return found


def _orphans(kinds: Kinds, indexed: set[int]) -> Iterator[str]:
    """What stands in register, catalogue or words and belongs to nothing that is approved."""
    cards = select(Card.reference).join(Entry, Entry.id == Card.entry_id).where(Entry.approved_id.is_(None))
    for reference in db.session.scalars(cards):
        yield f"{reference}: it stands in the catalogue but is not approved"
    for kind in kinds.values():
        table: Any = kind.register
        rows = select(table.entry_id).join(Entry, Entry.id == table.entry_id)
        strays = rows.where(or_(Entry.approved_id.is_(None), Entry.kind != kind.name))
        for entry_id in db.session.scalars(strays):
            yield f"{kind.name} {entry_id}: it stands in the register but is not approved"
    unread = select(Revision.id).join(Entry, Entry.id == Revision.entry_id)
    unread = unread.where(Revision.state == State.APPROVED, Revision.id.is_distinct_from(Entry.approved_id))
    for revision_id in db.session.scalars(unread):
        yield f"revision {revision_id}: it is approved but not the one that readers see"
    for position in sorted(indexed - set(db.session.scalars(select(Card.position)))):
        yield f"position {position}: search knows words of what is not in the catalogue"


def _broken_database() -> Iterator[str]:
    """SQLite alone can be asked; PostgreSQL keeps its keys and checksums by itself."""
    if is_postgresql():
        return
    for (answer,) in db.session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"the database file is damaged: {answer}"
    for row in db.session.execute(text("PRAGMA foreign_key_check")):
        yield _broken_key(row)


def _broken_key(row: Row[Any]) -> str:
    table, rowid, parent, *_ = tuple(row)
    return f"{table} row {rowid} refers to a row of {parent} that is not there"


def _name(entry: Entry) -> str:
    return entry.reference or f"{entry.kind} {entry.id}"
