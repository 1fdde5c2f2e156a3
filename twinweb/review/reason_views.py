"""The list of remarks that a reviewer keeps to choose from."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries.refusals import Incomplete
from twinweb.pages.messages import words_for
from twinweb.review import commands, queries
from twinweb.review.blueprint import Page, bp
from twinweb.review.reasons import STARTING_SET
from twinweb.web.addresses import sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say


@bp.get("/reasons")
@allow(Role.REVIEWER)
def reasons() -> Page:
    return _reasons_page({})


@bp.post("/reasons")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Keeping a remark"))
def save_reason() -> Page:
    """Keep a remark: a new one, or another wording."""
    ar, en = request.form.get("ar", ""), request.form.get("en", "")
    try:
        commands.save_reason(sent_number("reason"), ar, en, by=current_person())
    except Incomplete as refusal:
        labels = {"ar": _("In Arabic"), "en": _("In English")}
        return _reasons_page({one.path: words_for(one, labels[one.path]) for one in refusal.problems}), 422
    say(_("The remark is kept in your list."))
    return done(url_for(".reasons"))


@bp.post("/reasons/drop")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Taking a remark off the list"))
def drop_reason() -> Page:
    commands.drop_reason(sent_number("reason"), by=current_person())
    say(_("The remark is off your list. Notes that were written with it stay as they are."))
    return done(url_for(".reasons"))


def _reasons_page(problems: dict[str, str]) -> str:
    own = queries.saved_reasons(current_person())
    copied = {(one.ar, one.en) for one in own}
    return render_template(
        "review/reasons.html",
        own=own,
        shipped=[one for one in STARTING_SET if one not in copied],
        problems=problems,
        typed=request.form,
        full=len(own) >= commands.MOST_REASONS,
    )
