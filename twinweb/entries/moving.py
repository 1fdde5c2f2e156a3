"""How commands move a revision along the table of its life. All of it joins the transaction under way."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import desk, queries, steps
from twinweb.entries.kinds import Kind, Kinds
from twinweb.entries.models import Entry, Revision
from twinweb.entries.policy import may, may_read
from twinweb.entries.readiness import facts_of
from twinweb.entries.refusals import Changed, Held, NotAllowed, NotFound
from twinweb.entries.states import Act, after
from twinweb.notices import commands as notices

CLAIM_LASTS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Sending:
    """The form that something was typed into, and how often until it was sent.

    What this form has saved itself it has seen, answer lost or not; what it sent before comes too late.
    """

    form: str = ""
    typed: int = 0


NO_FORM = Sending()


@dataclass(frozen=True, slots=True)
class Seen:
    """The revision that a person acts on, as they saw it."""

    revision_id: int
    version: int
    on: Sending = NO_FORM


def move(seen: Seen, act: Act, kinds: Kinds, *, by: Person) -> tuple[Revision, Kind]:
    """Move a revision along the table, if this person may and still sees its latest version."""
    revision, kind = allowed(seen, act, kinds, by=by)
    refuse_held(revision, but=by)
    advance(revision, act, seen)
    return revision, kind


def allowed(seen: Seen, act: Act, kinds: Kinds, *, by: Person) -> tuple[Revision, Kind]:
    revision = _locked(seen.revision_id)
    kind = kinds[revision.entry.kind]
    stake = queries.stake(revision, kind)
    if not may_read(by, stake):
        raise NotFound if revision.entry.approved_id != revision.id else NotAllowed
    if not may(by, act, stake):
        raise NotAllowed
    return revision, kind


def advance(revision: Revision, act: Act, seen: Seen) -> None:
    on = seen.on
    wrote_it = on.form and on.form == revision.form and on.typed >= (revision.typed or 0)
    if revision.version != seen.version and not wrote_it:
        raise Changed
    revision.state = after(revision.state, act)


def refuse_held(revision: Revision, but: Person) -> None:
    """While a reviewer holds a submission nobody else moves it: no other reviewer, and not its office."""
    held = revision.claimed_until is not None and revision.claimed_until > clock.now()
    if held and revision.claimed_by_id != but.id:
        raise Held


def hold(revision: Revision, *, by: Person) -> None:
    """Let this reviewer have it for two hours, as opened in this sign-in."""
    revision.claimed_by_id, revision.claimed_until = by.id, clock.now() + CLAIM_LASTS
    desk.opened(revision.id, by)


def enter_queue(revision: Revision, kind: Kind, *, by: Person) -> None:
    """Number a revision and let it wait."""
    numbers = select(Revision.number).where(
        Revision.entry_id == revision.entry_id, Revision.number.is_not(None)
    )
    revision.number = max((number or 0 for number in db.session.scalars(numbers)), default=0) + 1
    revision.submitted_at, revision.submitted_by_id = revision.submitted_at or clock.now(), by.id
    steps.forget(revision.id)
    wait(revision, kind)


def wait(revision: Revision, kind: Kind) -> None:
    desk.enter(revision, kind, kind.card(facts_of(revision, kind)))


def wait_no_longer(revision: Revision) -> None:
    desk.leave(revision.id)
    notices.settle(revision.id)


def own_entry(entry_id: int, kind: Kind, *, by: Person) -> Entry:
    entry = queries.entry(entry_id, kind.name)
    if entry is None:
        raise NotFound
    if entry.owner not in by.writes_for:
        latest = queries.latest_revision(entry_id)
        seen = entry.approved_id or queries.readable_revision(latest, kind, by=by)
        raise NotAllowed if seen else NotFound
    return entry


def _locked(revision_id: int) -> Revision:
    """The revision with its entry; on PostgreSQL nobody else moves either until this transaction ends."""
    query = (
        select(Revision)
        .where(Revision.id == revision_id)
        .options(joinedload(Revision.entry, innerjoin=True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    revision = db.session.scalars(query).one_or_none()
    if revision is None:
        raise NotFound
    return revision
