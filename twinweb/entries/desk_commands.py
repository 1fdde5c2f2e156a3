"""Putting a submission aside for oneself until a day, and taking it up again."""

from datetime import date, timedelta

from sqlalchemy import delete, select

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries import queries
from twinweb.entries.desk_models import LONGEST_ASIDE, Aside
from twinweb.entries.fields import Code, Problem, text_of
from twinweb.entries.kinds import Kinds
from twinweb.entries.models import Revision
from twinweb.entries.policy import may, may_read
from twinweb.entries.refusals import Incomplete, NotAllowed, NotFound
from twinweb.entries.states import Act, Impossible, State

LONGEST_ABSENCE = timedelta(days=31)


class NoDay(Exception):
    """It must come back: tomorrow at the earliest, within a month."""


def put_aside(revision_id: int, until: date | None, note: str, kinds: Kinds, *, by: Person) -> Revision:
    """Fold a submission away for this reviewer alone until a day; who held it lets it go."""
    remark = text_of(note)
    if until is None or not clock.today() < until <= clock.today() + LONGEST_ABSENCE:
        raise NoDay
    if len(remark) > LONGEST_ASIDE:
        params = {"longest": LONGEST_ASIDE, "length": len(remark)}
        raise Incomplete([Problem("note", Code.TOO_LONG, params)])
    with transaction() as session:
        revision = _locked(revision_id, kinds, by=by)
        if revision.claimed_by_id == by.id:
            revision.claimed_by_id = revision.claimed_until = None
        session.merge(Aside(user_id=by.id, revision_id=revision_id, until=until, note=remark))
        audit.record(
            "put_aside", revision.entry.kind, revision.entry_id, by_id=by.id, revision=revision.number
        )
    return revision


def take_up(revision_id: int, kinds: Kinds, *, by: Person) -> Revision:
    """Have it back in the queue before its day."""
    with transaction() as session:
        revision = _locked(revision_id, kinds, by=by)
        session.execute(delete(Aside).where(Aside.user_id == by.id, Aside.revision_id == revision_id))
        audit.record("take_up", revision.entry.kind, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def to_decide(revision_id: int, kinds: Kinds, *, by: Person) -> Revision:
    """A submission that waits and that this person may decide on; or why not."""
    revision = queries.revision(revision_id)
    if revision is None:
        raise NotFound
    stake = queries.stake(revision, kinds[revision.entry.kind])
    if not may_read(by, stake):
        raise NotFound
    if not may(by, Act.CLAIM, stake):
        raise NotAllowed
    if revision.state is not State.SUBMITTED:
        raise Impossible(Act.CLAIM)
    return revision


def _locked(revision_id: int, kinds: Kinds, *, by: Person) -> Revision:
    db.session.execute(select(Revision.id).where(Revision.id == revision_id).with_for_update())
    return to_decide(revision_id, kinds, by=by)
