"""The catalogue of what is approved: one card an entry, its facets, and its words for full text.

Approving writes it in its own transaction; lists, pages of a sector or governorate, and search read
nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import delete, select, update

from twinweb import clock
from twinweb.db import db, transaction, upsert
from twinweb.entries import words
from twinweb.entries.kinds import CardFacts, Facet, Kind
from twinweb.entries.models import Card, CardFacet, Counter, Entry, Link, Revision
from twinweb.entries.words import Wording
from twinweb.reference import queries as reference

INDEXED = (
    Card.position,
    Card.kind,
    Card.reference,
    Card.title,
    Card.summary,
    Card.text,
    Card.governorates,
    Card.retired,
)
"""What `index` needs of a card."""
BATCH = 500


def next_numbers(name: str, count: int = 1) -> range:
    """The next numbers of a counter, under its lock until the transaction ends."""
    counted = upsert(Counter).values(name=name, value=count)
    counted = counted.on_conflict_do_update(
        index_elements=[Counter.name], set_={"value": Counter.value + count}
    )
    last = db.session.scalars(counted.returning(Counter.value)).one()
    return range(last - count + 1, last + 1)


def give_reference(entry: Entry, kind: Kind) -> None:
    """From the first approval on an entry has a reference and a place in lists; it keeps both for ever."""
    if entry.reference is None:
        entry.reference = next_references(kind)[0]
        entry.position = next_numbers("position")[0]


def next_references(kind: Kind, count: int = 1) -> list[str]:
    """Such as LES-2022-0031: counted within the kind and the year of approval."""
    series = f"{kind.prefix}-{clock.today().year}"
    return [f"{series}-{number:04}" for number in next_numbers(series, count)]


def enter(entry: Entry, revision: Revision, facts: CardFacts) -> None:
    """Write an approved entry into the catalogue, in place of what stood there."""
    former = _countries_of(entry.position)
    leave(entry)
    card = card_of(entry, revision, facts)
    db.session.add(Card(**card))
    db.session.flush()
    db.session.add_all(
        CardFacet(position=entry.position, facet=facet, value=value, kind=entry.kind)
        for facet, value in facets_of(card, facts, _inherited_countries(revision.id))
    )
    db.session.flush()
    index([card])
    present = _countries_of(entry.position)
    if present != former and not card["retired"]:
        _pass_on_countries(entry.id, former)


def leave(entry: Entry) -> None:
    """Take an entry out of the catalogue: words last, as everywhere, so that no two wait for each other."""
    db.session.execute(delete(CardFacet).where(CardFacet.position == entry.position))
    db.session.execute(delete(Card).where(Card.position == entry.position))
    words.remove(entry.position or 0)
    db.session.flush()


def index(cards: Sequence[Mapping[str, Any]]) -> None:
    """Write the words of cards for full text, where none stand; retired entries are not found.

    Their facets stand among the words: filters and words together are one question to one index.
    """
    aliases = cache(lambda governorates: "\n".join(reference.aliases(governorates)))
    facets = facets_at([card["position"] for card in cards])
    words.add(
        Wording(
            card["position"],
            card["kind"],
            card["reference"],
            card["title"],
            "\n".join((card["summary"], card["text"], aliases(tuple(card["governorates"])))),
            sorted(facets[card["position"]]),
        )
        for card in cards
        if not card["retired"]
    )


def reindex(batch: int = BATCH) -> int:
    """Write the words of all cards again; how many cards. Others can search and write between the batches."""
    count, after = 0, 0
    while cards := _cards_after(after, batch):
        with transaction():
            _index_again(cards)
        count, after = count + len(cards), cards[-1]["position"]
    with transaction():
        for position in words.indexed() - set(db.session.scalars(select(Card.position))):
            words.remove(position)
    return count


def _index_again(cards: Sequence[Mapping[str, Any]]) -> None:
    for card in cards:
        words.remove(card["position"])
    index(cards)


def _index_at(positions: Sequence[int]) -> None:
    """Write the words of these again, as what they are filtered by has changed."""
    for start in range(0, len(positions), BATCH):
        query = select(*INDEXED).where(Card.position.in_(positions[start : start + BATCH]))
        _index_again([row._asdict() for row in db.session.execute(query)])


def facets_at(positions: Sequence[int]) -> dict[int, set[tuple[Facet, str]]]:
    """By what the cards at these positions are found; nothing where one is found by none."""
    found: dict[int, set[tuple[Facet, str]]] = defaultdict(set)
    query = select(CardFacet.position, CardFacet.facet, CardFacet.value)
    for position, facet, value in db.session.execute(query.where(CardFacet.position.in_(positions))):
        found[position].add((facet, value))
    return found


def _cards_after(position: int, limit: int) -> Sequence[Mapping[str, Any]]:
    query = select(*INDEXED).where(Card.position > position).order_by(Card.position).limit(limit)
    return [row._asdict() for row in db.session.execute(query)]


def card_of(entry: Entry, revision: Revision, facts: CardFacts) -> dict[str, Any]:
    """The card of an approved entry, by the names of its columns."""
    return {
        "position": entry.position,
        "entry_id": entry.id,
        "revision_id": revision.id,
        "kind": entry.kind,
        "reference": entry.reference,
        "title": facts.title,
        "summary": facts.summary,
        "text": facts.text,
        "owner": entry.owner,
        "phase": facts.phase,
        "when": facts.when,
        "until": facts.until,
        "sectors": list(facts.sectors),
        "governorates": list(dict.fromkeys((entry.owner, *facts.governorates))),
        "retired": entry.retired_at is not None,
        "approved_at": revision.decided_at,
    }


def facets_of(card: Mapping[str, Any], facts: CardFacts, inherited: Iterable[str]) -> list[tuple[Facet, str]]:
    """All that a card is filtered by; `inherited` are the countries of what its entry refers to."""
    if card["retired"]:
        return []
    values: dict[Facet, Iterable[str]] = {
        Facet.SECTOR: facts.sectors,
        Facet.GOVERNORATE: card["governorates"],
        Facet.COUNTRY: sorted({*facts.countries, *inherited}),
        Facet.YEAR: [facts.when[:4]] if facts.when else [],
        Facet.PHASE: [facts.phase] if facts.phase else [],
        Facet.PARTY: map(str, dict.fromkeys(facts.parties)),
    }
    return [(facet, value) for facet, found in values.items() for value in found]


def merge_sectors(slug: str, into: str) -> None:
    """Tag everything approved with another sector in the place of this one."""
    tagged = select(CardFacet.position).where(CardFacet.facet == Facet.SECTOR, CardFacet.value == slug)
    for card in db.session.scalars(select(Card).where(Card.position.in_(tagged))):
        card.sectors = list(dict.fromkeys(into if one == slug else one for one in card.sectors))
    _merge_facets(Facet.SECTOR, slug, into)


def merge_parties(party_id: int, into: int) -> None:
    _merge_facets(Facet.PARTY, str(party_id), str(into))


def _merge_facets(facet: Facet, value: str, into: str) -> None:
    here = (CardFacet.facet == facet, CardFacet.value == value)
    both = select(CardFacet.position).where(CardFacet.facet == facet, CardFacet.value == into)
    positions = db.session.scalars(select(CardFacet.position).where(*here)).all()
    db.session.execute(delete(CardFacet).where(*here, CardFacet.position.in_(both)))
    db.session.execute(update(CardFacet).where(*here).values(value=into))
    _index_at(positions)


def _inherited_countries(revision_id: int) -> Iterable[str]:
    """A lesson, session or workshop is also found by the countries of what it refers to."""
    return db.session.scalars(
        select(CardFacet.value)
        .join(Card, Card.position == CardFacet.position)
        .join(Link, Link.to_entry_id == Card.entry_id)
        .where(Link.revision_id == revision_id, CardFacet.facet == Facet.COUNTRY)
    ).all()


def _countries_of(position: int | None) -> set[str]:
    query = select(CardFacet.value).where(CardFacet.position == position, CardFacet.facet == Facet.COUNTRY)
    return set(db.session.scalars(query))


def _pass_on_countries(entry_id: int, former: set[str]) -> None:
    """What refers to this entry is found by its countries of today, no longer by `former` ones; and so on.

    Entries with countries of their own refer to no other entry, so all that a referring one has is inherited.
    """
    referring = (
        select(Card.position, Card.entry_id, Card.revision_id, Card.kind)
        .join(Link, Link.revision_id == Card.revision_id)
        .where(Link.to_entry_id == entry_id, Card.retired.is_(False))
        .distinct()
    )
    for position, referring_id, revision_id, kind in db.session.execute(referring).all():
        had = _countries_of(position)
        has = (had - former) | set(_inherited_countries(revision_id))
        gone = (CardFacet.position == position, CardFacet.facet == Facet.COUNTRY)
        db.session.execute(delete(CardFacet).where(*gone, CardFacet.value.in_(had - has)))
        db.session.add_all(
            CardFacet(position=position, facet=Facet.COUNTRY, value=value, kind=kind)
            for value in sorted(has - had)
        )
        db.session.flush()
        if has != had:
            _index_at([position])
            _pass_on_countries(referring_id, had)
