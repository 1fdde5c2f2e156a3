"""The notices of a person, and whether they want them by mail."""

import json

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries.fields import Code, Email, Problem, Wrong
from twinweb.entries.queries import known
from twinweb.inbox import queries
from twinweb.inbox.own_data import take_away
from twinweb.inbox.words import WORDS, spot
from twinweb.kinds import SHOWN
from twinweb.notices import commands, mailing
from twinweb.pages.filters import position
from twinweb.pages.messages import words_for
from twinweb.reference import queries as reference
from twinweb.web.addresses import asked, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say

bp = Blueprint("inbox", __name__)

Page = str | tuple[str, int]


@bp.get("/notices/")
@allow(*Role)
def index() -> str:
    found = queries.told(current_person(), after=position(asked("after")))
    rows, more = found[: queries.PAGE], found[queries.PAGE :]
    return render_template(
        "inbox/index.html",
        rows=rows,
        next_after=rows[-1].id if more else None,
        words=WORDS,
        spot=spot,
        names=reference.names(),
        shown_kinds=SHOWN,
    )


@bp.post("/notices/<id:notice_id>/open")
@allow(*Role)
def open_notice(notice_id: int) -> Response:
    """Mark it as read, and go to what it is about."""
    person = current_person()
    notice = commands.read(notice_id, by=person)
    found = queries.told(person, after=notice.id + 1)[0]
    return done(spot(found))


@bp.post("/notices/read")
@allow(*Role)
def read_all() -> Response:
    """Mark everything as read that the page has shown; what came meanwhile stays new."""
    commands.read_all(sent_number("up_to"), by=current_person())
    say(_("All marked as read."))
    return done(url_for(".index"))


@bp.get("/account/mail")
@allow(*Role)
def mail() -> Page:
    chosen = mailing.choice(current_person())
    return _mail_page(chosen.address if chosen else "", wanted=chosen is not None and chosen.wanted)


@bp.post("/account/mail")
@allow(*Role)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Choosing about the mail of the day"))
def choose_mail() -> Page | Response:
    typed, wanted = request.form.get("address", ""), bool(request.form.get("wanted"))
    try:
        address = _checked(typed, wanted=wanted)
    except Wrong as wrong:
        problem = words_for(Problem("address", wrong.code, wrong.params), _("E-mail"))
        return _mail_page(typed, wanted=wanted, problem=problem), 422
    mailing.choose(address, wanted=wanted, by=current_person())
    say(_("Saved."))
    return done(url_for("accounts.account"))


@bp.post("/account/data")
@allow(*Role)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Taking one's own data away as a file"))
def own_data() -> Response:
    """What is kept about oneself, as a file."""
    text = json.dumps(take_away(by=current_person()), ensure_ascii=False, indent=1, default=str)
    return Response(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="twinweb-my-data.json"'},
    )


def _checked(typed: str, *, wanted: bool) -> str:
    address = Email().check(typed, known())
    if wanted and not address:
        raise Wrong(Code.MISSING)
    return address


def _mail_page(address: str, *, wanted: bool, problem: str = "") -> str:
    return render_template(
        "inbox/mail.html",
        address=address,
        wanted=wanted,
        problem=problem,
        configured=current_app.config["TWINWEB"].mail is not None,
    )
