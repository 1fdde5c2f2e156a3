"""The draft that a request is about."""

from flask import abort

from twinweb.accounts.gate import current_person
from twinweb.entries import queries
from twinweb.entries.models import Revision
from twinweb.entries.states import State
from twinweb.kinds import Shown
from twinweb.submissions import once


def own_draft(shown: Shown, entry_id: int) -> Revision:
    """The open revision of an entry of the office; 404 where one may not see it, 403 where only read."""
    person = current_person()
    entry = queries.entry(entry_id, shown.kind.name) or abort(404)
    revision = queries.open_revision(entry_id)
    if entry.owner not in person.writes_for:
        readable = entry.approved_id or queries.readable_revision(revision, shown.kind, by=person)
        abort(403 if readable else 404)
    return revision or abort(404)


def opened_before(shown: Shown) -> Revision | None:
    """The draft that this very form has opened already, if the answer was lost or the person went back."""
    entry_id = once.opened(shown.kind.name)
    revision = queries.open_revision(entry_id) if entry_id else None
    return revision if revision and revision.state is State.DRAFT else None
