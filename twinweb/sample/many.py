"""Many approved entries at once, with all that would be left by approving them one by one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, insert, inspect, select, update

from twinweb import clock
from twinweb.db import Model, db, is_postgresql
from twinweb.entries import catalogue, queries, registers
from twinweb.entries.facts import Facts, check, references_in, shape, title_in
from twinweb.entries.fields import Raw
from twinweb.entries.kinds import Facet, Kind
from twinweb.entries.models import Card, CardFacet, Editor, Entry, Link, Revision
from twinweb.entries.refusals import Incomplete
from twinweb.entries.states import State
from twinweb.kinds import KINDS
from twinweb.lessons.register import KIND as LESSON
from twinweb.sample import accounts


@dataclass(frozen=True, slots=True)
class Proposed:
    """One entry to be written."""

    entry_id: int
    revision_id: int
    kind: Kind
    owner: str
    content: Mapping[str, Raw]
    facts: Facts
    refers_to: Sequence[tuple[str, str, int]]


class Many:
    """So many entries of each kind, in the transaction under way: `add` each of them, then `write`."""

    def __init__(self, counts: Mapping[str, int], countries: dict[int, set[str]]) -> None:
        total = sum(counts.values())
        self._references = {name: iter(_references(name, count)) for name, count in counts.items()}
        self._positions = iter(catalogue.next_numbers("position", total))
        self._ids = zip(_take_ids(Entry, total), _take_ids(Revision, total), strict=True)
        self._known = queries.known()
        self._person = cache(accounts.person)
        self._proposed: list[Proposed] = []
        self._countries = countries
        """Those of entries that others may refer to, as these are found by them too."""

    def add(self, kind_name: str, owner: str, raw: Mapping[str, Raw]) -> int:
        """The id of the entry that this will be."""
        kind = KINDS[kind_name]
        content = shape(kind.facts, raw)
        facts = check(kind.facts, content, self._known)
        if isinstance(facts, list):
            raise Incomplete(facts)
        entry_id, revision_id = next(self._ids)
        refers_to = references_in(kind.facts, content)
        self._proposed.append(Proposed(entry_id, revision_id, kind, owner, content, facts, refers_to))
        return entry_id

    def write(self) -> None:
        entries = [self._entry(one) for one in self._proposed]
        revisions = [self._revision(one) for one in self._proposed]
        _insert(Entry, map(_set_columns, entries))
        _insert(Revision, revisions)
        _approve(entries)
        _insert(Editor, map(_editor, revisions))
        _insert(Link, (link for one in self._proposed for link in _links(one)))
        _enter_registers(self._proposed)
        cards = []
        facets: list[dict[str, Any]] = []
        for one, entry in zip(self._proposed, entries, strict=True):
            card, found = self._card(one, entry)
            cards.append(card)
            facets += found
        _insert(Card, cards)
        _insert(CardFacet, facets)
        catalogue.index(cards)

    def _entry(self, one: Proposed) -> Entry:
        return Entry(
            id=one.entry_id,
            kind=one.kind.name,
            owner=one.owner,
            reference=next(self._references[one.kind.name]),
            position=next(self._positions),
            retired_reason="",
            created_at=clock.now(),
            version=1,
        )

    def _revision(self, one: Proposed) -> dict[str, Any]:
        author, now = self._person(one.owner).id, clock.now()
        reviewer = accounts.REVIEWERS[one.entry_id % len(accounts.REVIEWERS)]
        return {
            "id": one.revision_id,
            "entry_id": one.entry_id,
            "number": 1,
            "state": State.APPROVED,
            "raw": one.content,
            "schema": one.kind.schema,
            "title": title_in(one.content),
            "author_id": author,
            "saved_by_id": author,
            "saved_at": now,
            "form": "",
            "typed": 0,
            "submitted_at": now,
            "submitted_by_id": author,
            "decided_at": now,
            "decided_by_id": self._person(reviewer).id,
            "reason": "",
            "version": 1,
        }

    def _card(self, one: Proposed, entry: Entry) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        facts = one.kind.card(one.facts)
        card = catalogue.card_of(entry, Revision(id=one.revision_id, decided_at=clock.now()), facts)
        inherited = {country for _, _, other in one.refers_to for country in self._countries.get(other, ())}
        found = catalogue.facets_of(card, facts, inherited)
        if one.kind is not LESSON:
            self._countries[one.entry_id] = {value for facet, value in found if facet is Facet.COUNTRY}
        rows = [
            {"position": entry.position, "facet": facet, "value": value, "kind": entry.kind}
            for facet, value in found
        ]
        return card, rows


def _references(kind_name: str, count: int) -> list[str]:
    return catalogue.next_references(KINDS[kind_name], count) if count else []


def _take_ids(model: type[Entry | Revision], count: int) -> Sequence[int]:
    """Ids that nobody else will be given: SQLite counts on from the highest under the lock for writing."""
    if is_postgresql():
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        taken = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return sorted(db.session.scalars(taken))
    last = db.session.scalars(select(func.max(model.id))).one() or 0
    return range(last + 1, last + count + 1)


def _set_columns(row: Model) -> dict[str, Any]:
    """What was set of a row."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


@cache
def _column_names(model: type[Model]) -> dict[str, str]:
    return {attribute.key: attribute.columns[0].key for attribute in inspect(model).column_attrs}


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """By the table, not by the class: that takes half the time."""
    names = _column_names(model)
    if found := [{names[name]: value for name, value in row.items()} for row in rows]:
        table: Any = model.__table__
        db.session.execute(insert(table), found)


def _approve(entries: Sequence[Entry]) -> None:
    """Entries and revisions refer to each other, so this comes after both."""
    first, last = entries[0].id, max(entry.id for entry in entries)
    revision = select(Revision.id).where(Revision.entry_id == Entry.id).scalar_subquery()
    db.session.execute(
        update(Entry)
        .where(Entry.id.between(first, last), Entry.approved_id.is_(None), Entry.position.is_not(None))
        .values(approved_id=revision)
        .execution_options(synchronize_session=False)
    )


def _editor(revision: Mapping[str, Any]) -> dict[str, Any]:
    return {"revision_id": revision["id"], "user_id": revision["author_id"], "on_behalf": False}


def _links(one: Proposed) -> Iterator[dict[str, Any]]:
    for name, _, other in one.refers_to:
        yield {"revision_id": one.revision_id, "field": name, "to_entry_id": other}


def _enter_registers(proposed: Sequence[Proposed]) -> None:
    rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
    for one in proposed:
        row = registers.row(one.kind.register, one.entry_id, one.revision_id, one.facts)
        rows[one.kind.register].append(row)
    for register, found in rows.items():
        _insert(register, found)
    for one in proposed:
        one.kind.enter_beside(one.entry_id, one.revision_id, one.facts)
