"""Where a reviewer goes on who is through with one: to what waited for it, or to the next in the queue."""

from contextlib import suppress

from flask import url_for

from twinweb.accounts.gate import current_person
from twinweb.accounts.person import Person
from twinweb.entries import commands, desk, queries
from twinweb.entries.desk import Asked
from twinweb.entries.moving import Seen
from twinweb.entries.refusals import NotAllowed, NotFound
from twinweb.kinds import KINDS
from twinweb.review.asking import parameters
from twinweb.review.showing import MOVED_ON, then


def onward(done_with: int, asked: Asked) -> str:
    """The address of what comes next of what the queue was asked for; this reviewer then holds it."""
    filters = parameters(asked)
    if chained := then():
        return url_for("review.show", revision_id=chained, **filters)
    person = current_person()
    following = desk.next_for(person, asked, but=done_with)
    if following is None:
        return url_for("review.queue", **filters)
    _open(following, person)
    return url_for("review.show", revision_id=following, **filters)


def _open(revision_id: int, person: Person) -> None:
    """Hold the next one; where somebody else was quicker its page says so."""
    revision = queries.revision(revision_id)
    with suppress(*MOVED_ON, NotAllowed, NotFound):
        commands.claim(Seen(revision_id, revision.version if revision else 0), KINDS, by=person)
