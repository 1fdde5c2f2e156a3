"""Which entries refer to which, and how an entry is named where others refer to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries.kinds import Facet, Kind, Kinds
from twinweb.entries.models import Card, CardFacet, Entry, Link, Revision
from twinweb.entries.policy import Stake, may_read
from twinweb.entries.queries import latest_revision, readable_revision
from twinweb.entries.review_models import Duplicate
from twinweb.entries.states import OPEN, State

MOST_OFFERED, MOST_OTHERS = 8, 4
"""Drafts and approved ones of the office, of each, and those of others: every form carries them, and what is
older is taken up from its own page."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entry as others refer to it."""

    entry_id: int
    kind: str
    title: str
    reference: str | None
    approved: bool
    waiting: bool = False
    """Submitted, so that a reviewer can decide on it."""
    revision_id: int | None = None
    owner: str = ""
    state: State | None = None
    """Of what is not approved; None where the person may not know it."""


_open_one = aliased(Revision)
_NAMED = (
    select(Entry, Card, _open_one)
    .outerjoin(Duplicate, Duplicate.entry_id == Entry.id)
    .outerjoin(Card, Card.entry_id == func.coalesce(Duplicate.of_id, Entry.id))
    .outerjoin(_open_one, and_(_open_one.entry_id == Entry.id, _open_one.state.in_(OPEN)))
    .where(Entry.id.in_(bindparam("entry_ids", expanding=True)))
)


def named(entry_ids: Sequence[int], kinds: Kinds, *, by: Person) -> dict[int, Named]:
    """Those of these entries that the person may read, as others refer to them.

    What was closed as a duplicate is named by the entry that it is the same as.
    """
    if not entry_ids:
        return {}
    rows = db.session.execute(_NAMED, {"entry_ids": list(entry_ids)}).all()
    found: dict[int, Named] = {}
    for entry, card, revision in rows:
        if card:
            found[entry.id] = Named(
                card.entry_id,
                entry.kind,
                card.title,
                card.reference,
                True,  # noqa: FBT003  approved
                owner=card.owner,
            )
        elif revision and _reads(by, entry, revision, kinds[entry.kind]):
            found[entry.id] = _proposed(entry, revision)
    return found


def unapproved(entry_ids: Sequence[int], kinds: Kinds, *, by: Person) -> list[Named]:
    """Those of these entries that are not approved, in their order; none is left out.

    What the person may not read is named by its office alone; what does not exist (any more), by its id.
    """
    found = named(entry_ids, kinds, by=by)
    rest = [entry_id for entry_id in entry_ids if entry_id not in found]
    owners = {one.id: one for one in db.session.scalars(select(Entry).where(Entry.id.in_(rest)))}
    for entry_id in rest:
        found[entry_id] = _closed(entry_id, owners.get(entry_id), kinds, by)
    return [found[entry_id] for entry_id in dict.fromkeys(entry_ids) if not found[entry_id].approved]


def _closed(entry_id: int, entry: Entry | None, kinds: Kinds, by: Person) -> Named:
    """An entry with nothing open that the person may read: a draft of others, a rejected one, or none."""
    if entry is None:
        return Named(entry_id, "", "", None, approved=False)
    latest = readable_revision(latest_revision(entry_id), kinds[entry.kind], by=by)
    if latest is None:
        state = State.DRAFT if by.reviews(entry.owner) else None
        return Named(entry_id, entry.kind, "", None, approved=False, owner=entry.owner, state=state)
    return _proposed(entry, latest)


def _proposed(entry: Entry, revision: Revision) -> Named:
    return Named(
        entry.id,
        entry.kind,
        revision.title,
        None,
        approved=False,
        waiting=revision.state is State.SUBMITTED,
        revision_id=revision.id,
        owner=entry.owner,
        state=revision.state,
    )


def _reads(by: Person, entry: Entry, revision: Revision, kind: Kind) -> bool:
    return may_read(by, Stake(entry.owner, revision.state, kind.shared_in(revision.raw)))


def contents(entry_ids: Sequence[int], kinds: Kinds) -> dict[int, dict[str, object]]:
    """What these entries say: approved where they are, proposed else. For checks between entries only."""
    query = (
        select(Revision, Entry)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.id.in_(entry_ids), or_(Revision.id == Entry.approved_id, Entry.approved_id.is_(None)))
        .order_by(Revision.id)
    )
    return {entry.id: kinds[entry.kind].read(one.raw, one.schema) for one, entry in db.session.execute(query)}


_OF_KIND: BindParameter[str] = bindparam("kind")
_OF_OFFICES: BindParameter[list[str]] = bindparam("offices", expanding=True)
# Concatenated, else SQLite goes through all entries of the offices instead of all that is open.
_DRAFTS = (
    select(literal(1).label("place"), Revision.id.label("newest"), Entry.id, Revision.title)
    .join(Revision, Revision.entry_id == Entry.id)
    .where(Revision.state.in_(OPEN), Revision.title != "", Entry.kind == _OF_KIND)
    .where(Entry.approved_id.is_(None), Entry.owner.concat("").in_(_OF_OFFICES))
)
_APPROVED = select(literal(3), Card.position, Card.entry_id, Card.title).where(
    Card.kind == _OF_KIND, Card.retired.is_(False)
)
_OWN = (
    select(literal(2), CardFacet.position, Card.entry_id, Card.title)
    .join(CardFacet, CardFacet.position == Card.position)
    .where(Card.retired.is_(False), CardFacet.facet == Facet.GOVERNORATE)
    .where(CardFacet.kind == _OF_KIND, CardFacet.value.in_(_OF_OFFICES))
)
_OFFERED = union_all(
    *(
        select(query.order_by(query.selected_columns[1].desc()).limit(most).subquery())
        for query, most in ((_DRAFTS, MOST_OFFERED), (_OWN, MOST_OFFERED), (_APPROVED, MOST_OTHERS))
    )
).order_by(literal_column("place"), literal_column("newest").desc())


def choices(kind: Kind, chosen: Sequence[int], kinds: Kinds, *, by: Person) -> dict[int, str]:
    """Entries of a kind to refer to: the office's own, approved or not, the newest, and those chosen."""
    asked = {"kind": kind.name, "offices": list(by.writes_for)}
    offered = {entry_id: title for _, _, entry_id, title in db.session.execute(_OFFERED, asked)}
    missing = [entry_id for entry_id in chosen if entry_id not in offered]
    kept = named(missing, kinds, by=by)
    return offered | {entry_id: one.title for entry_id, one in kept.items() if one.kind == kind.name}


def led_on_to(entry_id: int) -> int | None:
    """The entry that this one was closed as a duplicate of."""
    return db.session.scalars(select(Duplicate.of_id).where(Duplicate.entry_id == entry_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class Child:
    """An approved entry that refers to another."""

    entry_id: int
    kind: str
    title: str
    reference: str
    when: str
    owner: str
    phase: str


def children(entry_id: int, most: int, of_parts: int) -> list[Child]:
    """Approved entries that refer to this one, and what refers to them, by kind and day.

    The newest `most` of each kind; of sessions, which are parts of a workshop, `of_parts`.
    """
    place = func.row_number().over(partition_by=Card.kind, order_by=(Card.when.desc(), Card.position.desc()))
    ranked = (
        select(Card.position, place.label("place"))
        .where(Card.revision_id.in_(referring(entry_id)), Card.entry_id != entry_id, Card.retired.is_(False))
        .subquery()
    )
    rows = db.session.execute(
        select(Card.entry_id, Card.kind, Card.title, Card.reference, Card.when, Card.owner, Card.phase)
        .join(ranked, ranked.c.position == Card.position)
        .where(ranked.c.place <= case((Card.kind == "session", of_parts), else_=most))
        .order_by(Card.kind, Card.when, Card.position)
    )
    return [Child(*row) for row in rows]


def referring(entry_id: int | BindParameter[int]) -> Select[int]:
    """Revisions that refer to this entry, or to an approved one that does."""
    same = select(Duplicate.entry_id).where(Duplicate.of_id == entry_id)
    here = or_(Link.to_entry_id == entry_id, Link.to_entry_id.in_(same))
    direct = (
        select(Card.entry_id)
        .join(Link, Link.revision_id == Card.revision_id)
        .where(here, Card.retired.is_(False))
    )
    return select(Link.revision_id).where(or_(here, Link.to_entry_id.in_(direct)))


def approved_title(entry_id: int) -> str:
    """As every reader knows it; '' where there is no such approved entry."""
    return db.session.scalars(select(Card.title).where(Card.entry_id == entry_id)).one_or_none() or ""


def built_on(revision: Revision) -> bool:
    """Whether anyone relied on this decision since.

    By a later revision, by retiring the entry, or by another entry that refers to it or is the same.
    """
    later = select(Revision.id).where(Revision.entry_id == revision.entry_id, Revision.id > revision.id)
    if db.session.scalars(later.limit(1)).first():
        return True
    if revision.state not in (State.APPROVED, State.DUPLICATE) or revision.decided_at is None:
        return False
    retired_at = revision.entry.retired_at
    if revision.state is State.APPROVED and retired_at and retired_at >= revision.decided_at:
        return True
    return db.session.scalars(_relying_on(revision).limit(1)).first() is not None


def _relying_on(revision: Revision) -> Select[int]:
    """Revisions of other entries that were decided or saved on the strength of this decision."""
    referring = select(Link.revision_id).where(Link.to_entry_id == revision.entry_id)
    decided_since = Revision.decided_at >= revision.decided_at
    return select(Revision.id).where(
        Revision.entry_id != revision.entry_id,
        or_(
            and_(Revision.id.in_(referring), Revision.state == State.APPROVED, decided_since),
            and_(
                Revision.id.in_(referring),
                Revision.state.in_(OPEN),
                Revision.saved_at > revision.decided_at,
            ),
            and_(Revision.duplicate_of_id == revision.entry_id, decided_since),
        ),
    )
