"""What stands beside the text of an entry and is changed directly: its files, the people listed there."""

from dataclasses import dataclass

from sqlalchemy import select

from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import queries
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Entry, Revision
from twinweb.entries.policy import Stake, may_read
from twinweb.entries.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Place:
    """The entry that something stands beside."""

    entry_id: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do beside an entry that they may read."""

    sees_all: bool
    """Its office does, and the reviewers; others what is meant for readers."""
    writes: bool


def rights(revision: Revision, kind: Kind, *, by: Person) -> Rights | None:
    """By the revision that the entry's page shows; None where the person may not know of the entry."""
    owner = revision.entry.owner
    sees_all = may_read(by, Stake(owner, revision.state, kind.shared_in(revision.raw)))
    if not sees_all and revision.entry.approved_id is None:
        return None
    return Rights(sees_all, owner in by.writes_for)


def shown_revision(place: Place) -> Revision | None:
    """The approved revision of an entry, before its first approval the latest."""
    entry = queries.entry(place.entry_id, place.kind.name)
    if entry is None:
        return None
    if entry.approved_id:
        return queries.revision(entry.approved_id)
    return queries.latest_revision(place.entry_id)


def access(place: Place, *, by: Person) -> tuple[Revision, Rights]:
    """The revision that the page shows, and what the person may do beside it.

    `NotFound` where they may not know that there is such an entry.
    """
    revision = shown_revision(place)
    found = revision and rights(revision, place.kind, by=by)
    if revision is None or not found:
        raise NotFound
    return revision, found


def lock(place: Place) -> None:
    """Nobody else changes what stands beside this entry until the transaction ends: it is counted first."""
    db.session.execute(select(Entry.id).where(Entry.id == place.entry_id).with_for_update())
