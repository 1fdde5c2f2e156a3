"""The queue: what waits for a decision, and what a reviewer has put aside."""

from collections.abc import Iterable

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from twinweb import clock
from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries import desk, desk_commands, queries
from twinweb.entries.desk_models import LONGEST_ASIDE
from twinweb.entries.refusals import Incomplete
from twinweb.i18n.locale import in_language
from twinweb.kinds import ALL, KINDS, SHOWN
from twinweb.pages.messages import words_for
from twinweb.reference import queries as reference
from twinweb.review.asking import WAITING, asked_queue, parameters
from twinweb.review.blueprint import Page, bp
from twinweb.review.onward import onward
from twinweb.web.htmx import done
from twinweb.web.notices import say

DAYS_OFFERED = 10
"""Working days, on one of which it comes back."""


@bp.get("/")
@allow(Role.REVIEWER)
def queue() -> str:
    """What waits for this reviewer, and what they decided in the last ten minutes."""
    person, asked, names = current_person(), asked_queue(), reference.names()
    found = desk.queue(person, asked)
    rows, more = found[: desk.PAGE], found[desk.PAGE :]
    return render_template(
        "review/queue.html",
        rows=rows,
        next_after=rows[-1].revision_id if more else None,
        asked=asked,
        kept=parameters(asked),
        late_after=desk.LATE_AFTER,
        lately=queries.decided_lately(person),
        aside=desk.put_aside(person),
        requests=desk.retire_requests(person),
        kinds=[(shown.kind.name, shown.many) for shown in ALL],
        governorates=_named(one for one in names.governorates.values() if person.reviews(one.slug)),
        sectors=_named(names.open_sectors),
        waiting=[(days, _waited(days)) for days in WAITING],
        names=names,
        shown_kinds=SHOWN,
    )


@bp.get("/<id:revision_id>/aside")
@allow(Role.REVIEWER)
def aside(revision_id: int) -> Page:
    return _aside_page(revision_id)


@bp.post("/<id:revision_id>/aside")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Putting a submission aside"))
def put_aside(revision_id: int) -> Page:
    """Fold it away until a day, and go on with the next."""
    chosen, note = request.form.get("until", ""), request.form.get("note", "")
    until = next((day for day in clock.next_working_days(DAYS_OFFERED) if day.isoformat() == chosen), None)
    try:
        desk_commands.put_aside(revision_id, until, note, KINDS, by=current_person())
    except desk_commands.NoDay:
        return _aside_page(revision_id, {"until": _("Please choose the day on which it comes back.")}), 422
    except Incomplete as refusal:
        return _aside_page(revision_id, {"note": words_for(refusal.problems[0], _("Note for yourself"))}), 422
    say(_("Put aside for you alone. Others can open it meanwhile."))
    return done(onward(revision_id, asked_queue()))


@bp.post("/<id:revision_id>/take-up")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Taking a submission up again"))
def take_up(revision_id: int) -> Page:
    desk_commands.take_up(revision_id, KINDS, by=current_person())
    say(_("It stands in your queue again."))
    return done(url_for(".queue"))


def _aside_page(revision_id: int, problems: dict[str, str] | None = None) -> str:
    revision = desk_commands.to_decide(revision_id, KINDS, by=current_person())
    return render_template(
        "review/aside.html",
        revision=revision,
        shown=SHOWN[revision.entry.kind],
        names=reference.names(),
        days=clock.next_working_days(DAYS_OFFERED),
        problems=problems or {},
        typed=request.form,
        longest=LONGEST_ASIDE,
        kept=parameters(asked_queue()),
    )


def _named(found: Iterable[reference.Name]) -> list[tuple[str, str]]:
    return [(one.slug, in_language(one.ar, one.en)) for one in found]


def _waited(days: int) -> str:
    return str(ngettext("%(num)s working day or more", "%(num)s working days or more", days))
