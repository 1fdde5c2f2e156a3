"""Accounts that offices ask for: the office's own page, and the admins' answers."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts import commands, requests
from twinweb.accounts import queries as accounts
from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Language, Role
from twinweb.accounts.request_models import LONGEST_REASON, AccountRequest
from twinweb.admin import queries
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.facts import ColleagueFacts, NewPersonFacts
from twinweb.admin.forms import ColleagueForm, NewPersonForm
from twinweb.admin.judging import no_user_name, taken_name
from twinweb.admin.likeness import Known, alike_in
from twinweb.admin.lists import free_username
from twinweb.admin.user_views import slip
from twinweb.i18n.arabic import clean
from twinweb.pages.plain_forms import Problems, checked, must_of, ready, sent
from twinweb.reference import queries as reference
from twinweb.web.htmx import done
from twinweb.web.notices import say

colleagues = Blueprint("colleagues", __name__)


@colleagues.get("/account/colleagues")
@allow(Role.CONTRIBUTOR)
def index() -> Page:
    return _office_page(ready(ColleagueForm, {"governorate": current_person().office or ""}))


@colleagues.post("/account/colleagues")
@allow(Role.CONTRIBUTOR)
def ask() -> Page:
    """An account is asked for by whoever works beside that person, and opened by somebody else."""
    person, form = current_person(), ready(ColleagueForm)
    facts, problems = checked(ColleagueFacts, form)
    if facts is None:
        return _office_page(form, problems), 422
    try:
        requests.ask(facts.colleague(person.office or ""), by=person)
    except requests.NotOwnOffice:
        return _office_page(form, {"governorate": _("Please choose a governorate of your own.")}), 422
    except requests.EnoughRequests:
        text = _("Please wait until the administrators have answered those that your office asked for.")
        return _office_page(form, {"name": text}), 422
    say(_("Sent. An administrator decides on it; you see the answer here."))
    return done(url_for(".index"))


@bp.get("/requests/")
@allow(Role.ADMIN)
def requests_waiting() -> Page:
    return render_template("admin/requests.html", waiting=requests.waiting(), names=reference.names())


@bp.get("/requests/<id:request_id>")
@allow(Role.ADMIN)
def request_show(request_id: int) -> Page:
    asked = _request(request_id)
    data = {
        "name": asked.name,
        "phone": asked.phone,
        "job_title": asked.job_title,
        "language": Language.ARABIC,
        "username": free_username(asked.name, asked.phone, queries.usernames()),
    }
    return _request_page(asked, ready(NewPersonForm, data))


@bp.post("/requests/<id:request_id>")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Opening an account that was asked for"), sent(NewPersonForm))
def request_grant(request_id: int) -> Page:
    """Open the account; its code is on the answer and nowhere else."""
    asked, form = _request(request_id), ready(NewPersonForm)
    facts, problems = checked(NewPersonFacts, form)
    if facts is None:
        return _request_page(asked, form, problems), 422
    try:
        user, code = requests.grant_request(request_id, facts.identity(), by=current_person())
    except commands.NameTaken:
        return _request_page(asked, form, {"username": taken_name()}), 422
    except commands.NoUserName:
        return _request_page(asked, form, {"username": no_user_name()}), 422
    return slip(user, code)


@bp.post("/requests/<id:request_id>/decline")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Declining an account that was asked for"))
def request_decline(request_id: int) -> Page:
    asked, reason = _request(request_id), clean(request.form.get("reason", ""))[:LONGEST_REASON]
    if not reason:
        text = _("Please write the reason, so that the office knows what to do.")
        return _request_page(asked, ready(NewPersonForm), {"reason": text}), 422
    requests.decline(request_id, reason, by=current_person())
    say(_("Declined. The office sees the reason."))
    return done(url_for(".requests_waiting"))


def _request(request_id: int) -> AccountRequest:
    return requests.request(request_id) or abort(404)


def _office_page(form: ColleagueForm, problems: Problems | None = None) -> str:
    person = current_person()
    form.governorate.choices = [
        (slug, word) for slug, word in form.governorate.choices if slug in person.writes_for
    ]
    return render_template(
        "admin/colleagues.html",
        form=form,
        must=must_of(ColleagueFacts),
        problems=problems or {},
        asked=requests.of_offices(person),
        one_office=person.office is not None,
        names=reference.names(),
    )


def _request_page(asked: AccountRequest, form: NewPersonForm, problems: Problems | None = None) -> str:
    whom = Known(asked.name, asked.phone, row=1)
    return render_template(
        "admin/request.html",
        asked=asked,
        asked_by=accounts.user(asked.asked_by_id),
        own=asked.asked_by_id == current_person().id,
        alike=alike_in([whom], queries.known_people()).get(1, ()),
        form=form,
        must=must_of(NewPersonFacts),
        problems=problems or {},
        names=reference.names(),
    )
