"""The draft that a request is about."""

import re

from flask import abort, request

from twinweb.accounts.gate import current_person
from twinweb.entries import queries
from twinweb.entries.models import Revision
from twinweb.entries.moving import Seen, Sending
from twinweb.entries.states import Act, Impossible, State
from twinweb.kinds import Shown
from twinweb.submissions import once
from twinweb.web.addresses import sent_number

PAGE = re.compile("[a-z0-9]{0,8}")
"""One of the copies of a form that a browser may have; without its script they are all one."""
NEVER_SEEN = 0
"""The version of no revision."""


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
    """The draft that this very form has opened already, if the answer was lost or the person went back.

    A form opens one entry: once that is a draft no more, it can change nothing.
    """
    entry_id = once.opened(shown.kind.name)
    if not entry_id or not queries.entry(entry_id, shown.kind.name):
        return None
    revision = queries.open_revision(entry_id)
    if revision is None or revision.state is not State.DRAFT:
        raise Impossible(Act.EDIT)
    return revision


def seen_of(revision: Revision) -> Seen:
    """What the person saw of the open revision; a form of any other one changes nothing."""
    is_open = sent_number("revision", revision.id) == revision.id
    return Seen(revision.id, sent_number("seen") if is_open else NEVER_SEEN, sending())


def seen_by_its_form(revision: Revision) -> Seen:
    """A form for a new entry has seen of it what it has saved itself."""
    return Seen(revision.id, NEVER_SEEN, sending())


def sending() -> Sending:
    """The form that this request comes from."""
    form, page = once.form_of_person(), request.form.get("page", "")
    if not form or not PAGE.fullmatch(page):
        return Sending()
    return Sending(f"{form}:{page}", sent_number("typed"))
