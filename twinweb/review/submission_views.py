"""One submission at the reviewers' desk: reading it, holding it, and writing notes on it."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries import commands, review_commands
from twinweb.entries.refusals import Incomplete
from twinweb.kinds import KINDS
from twinweb.review.asking import asked_queue, parameters
from twinweb.review.blueprint import Page, bp
from twinweb.review.showing import MOVED_ON, again, page, readable, remarks_typed, seen, then
from twinweb.web.htmx import done
from twinweb.web.notices import say


@bp.get("/<id:revision_id>")
@allow(Role.REVIEWER)
def show(revision_id: int) -> Page:
    """A submission as its reviewers read it; reading holds nothing."""
    return page(readable(revision_id))


@bp.post("/<id:revision_id>/claim")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Opening a submission to decide on it"))
def claim(revision_id: int) -> Page:
    try:
        commands.claim(seen(revision_id), KINDS, by=current_person())
    except MOVED_ON as refusal:
        return again(revision_id, refusal)
    return done(_here(revision_id))


@bp.post("/<id:revision_id>/release")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Letting go of a submission"))
def release(revision_id: int) -> Page:
    try:
        commands.release(seen(revision_id), KINDS, by=current_person())
    except MOVED_ON as refusal:
        return again(revision_id, refusal)
    say(_("You no longer hold it; others can open it."))
    return done(url_for(".queue", **parameters(asked_queue())))


@bp.post("/<id:revision_id>/notes")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Writing notes"))
def keep_notes(revision_id: int) -> Page:
    """Keep what was written so far; its office sees it once the entry is returned."""
    revision = readable(revision_id)
    try:
        review_commands.keep_notes(seen(revision_id), remarks_typed(revision), KINDS, by=current_person())
    except (*MOVED_ON, Incomplete) as refusal:
        return again(revision_id, refusal)
    say(_("The notes are kept. The office sees them once you return the entry."))
    return done(_here(revision_id))


def _here(revision_id: int) -> str:
    return url_for(".show", revision_id=revision_id, then=then(), **parameters(asked_queue()))
