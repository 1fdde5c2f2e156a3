"""Deciding: on one submission, on several together, and taking a decision back."""

from collections.abc import Callable

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.accounts.person import Person
from twinweb.entries import commands, notes, review_commands
from twinweb.entries.models import Revision
from twinweb.entries.moving import Seen
from twinweb.kinds import KINDS
from twinweb.review.asking import asked_queue, parameters
from twinweb.review.blueprint import Page, bp
from twinweb.review.onward import onward
from twinweb.review.showing import REFUSALS, again, readable, remarks_typed, seen, typed
from twinweb.web.addresses import HIGHEST_ID
from twinweb.web.htmx import done
from twinweb.web.notices import Undo, say

Command = Callable[[Seen, Person], Revision]
MOST_TOGETHER = 25
ISOLATED = "\u2068{}\u2069"
"""A title keeps its direction within a sentence of the other."""


@bp.post("/<id:revision_id>/approve")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Approving"))
def approve(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.approve(_with_notes(seen, by), KINDS, by=by),
        _("“%(title)s” is approved. Everybody finds it in the lists from now on."),
    )


@bp.post("/<id:revision_id>/return")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Returning for changes"))
def send_back(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.send_back(seen, remarks_typed(readable(revision_id)), KINDS, by=by),
        _("“%(title)s” is returned to its office with your notes."),
    )


@bp.post("/<id:revision_id>/reject")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Rejecting"))
def reject(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.reject(_with_notes(seen, by), typed("reason"), KINDS, by=by),
        _("“%(title)s” is rejected. Its office sees the reason."),
    )


@bp.post("/<id:revision_id>/duplicate")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Closing as a duplicate"))
def mark_duplicate(revision_id: int) -> Page:
    other = typed("other") or typed("reference")
    return _decide(
        revision_id,
        lambda seen, by: commands.mark_duplicate(_with_notes(seen, by), other, typed("reason"), KINDS, by=by),
        _("“%(title)s” is closed as a duplicate. Its readers are led on to the other entry."),
    )


@bp.post("/<id:revision_id>/take-back")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Taking a decision back"))
def take_back(revision_id: int) -> Page:
    commands.take_back(seen(revision_id), KINDS, by=current_person())
    say(_("Your decision is taken back. The submission waits again, and you hold it for two hours."))
    return done(url_for(".show", revision_id=revision_id, **parameters(asked_queue())))


@bp.post("/approve")
@allow(Role.REVIEWER)
def approve_together() -> Page:
    """Approve those that were ticked in the queue: all of them, or none."""
    back = url_for(".queue", **parameters(asked_queue()))
    chosen = _chosen()
    if not chosen:
        say(_("Nothing was ticked, so nothing was approved."))
        return done(back)
    try:
        approved = review_commands.approve_together(chosen, KINDS, by=current_person())
    except review_commands.NotOpened:
        say(
            _(
                "Nothing was approved: you have not opened one of them since you signed in. "
                "Please read it first."
            )
        )
        return done(back)
    except review_commands.NotTogether as refusal:
        say(_("Nothing was approved, because of this one."))
        return again(refusal.revision_id, refusal.__cause__ or refusal)
    say(
        ngettext(
            "One entry is approved. Within ten minutes you can take it back.",
            "%(num)s entries are approved. Within ten minutes you can take each of them back.",
            len(approved),
        )
    )
    return done(back)


def _decide(revision_id: int, command: Command, notice: str) -> Page:
    """Decide, and go on: to the submission that waited for this one, or to the next in the queue."""
    try:
        revision = command(seen(revision_id), current_person())
    except REFUSALS as refusal:
        return again(revision_id, refusal)
    say(notice % {"title": ISOLATED.format(revision.title)}, _undo(revision))
    return done(onward(revision_id, asked_queue()))


def _undo(revision: Revision) -> Undo:
    return Undo(
        url_for(".take_back", revision_id=revision.id),
        _("Take the decision back"),
        {"revision": revision.id, "seen": revision.version},
    )


def _with_notes(seen: Seen, by: Person) -> Seen:
    """Keep the notes in the form first, if they are others than those kept."""
    remarks, kept = remarks_typed(readable(seen.revision_id)), notes.untold(seen.revision_id)
    if all(kept.get(name, "") == text for name, text in remarks.items()):
        return seen
    revision = review_commands.keep_notes(seen, remarks, KINDS, by=by)
    return Seen(revision.id, revision.version)


def _chosen() -> list[Seen]:
    """What was ticked, with the version that the queue showed."""
    pairs = [one.partition(":")[::2] for one in request.form.getlist("approve")[:MOST_TOGETHER]]
    return [
        Seen(int(number), int(version))
        for number, version in pairs
        if number.isdecimal() and version.isdecimal() and max(int(number), int(version)) <= HIGHEST_ID
    ]
