"""Signing in and out, one's own account, and the language."""

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from twinweb.accounts import commands, held, queries
from twinweb.accounts.gate import allow, current_person, everybody, person_at_the_door
from twinweb.accounts.models import Language, Role
from twinweb.accounts.secrets import SHORTEST_PASSWORD
from twinweb.i18n.locale import COOKIE
from twinweb.reference import queries as reference
from twinweb.web.addresses import own_path
from twinweb.web.first_sheet import remember_sheet
from twinweb.web.htmx import done
from twinweb.web.notices import say

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(held.arrived)

Page = str | Response | tuple[str, int]
A_YEAR = 365 * 24 * 60 * 60


@bp.get("/login")
@everybody
def login() -> Page:
    if person_at_the_door():
        return redirect(_next_page(), code=303)
    return _login_page()


@bp.post("/login")
@everybody
def sign_in() -> Page:
    token = commands.sign_in(
        request.form.get("user", ""),
        request.form.get("password", ""),
        demonstration=current_app.config["TWINWEB"].demo,
    )
    if token is None:
        return _login_page(failed=True), 422
    former, csrf = session.get("sign_in") or session.get("ended", ""), session.get("csrf_token")
    session.clear()
    session["sign_in"] = token
    if csrf and queries.are_of_one_person(former, token):
        session["csrf_token"] = csrf  # what this person has open in another tab can still be sent
    g.pop("person", None)
    response = make_response(_go_on())
    remember_sheet(response)
    return response


@bp.post("/logout")
@everybody
def logout() -> Page:
    if person := person_at_the_door():
        commands.sign_out(by=person)
    ended, csrf = session.get("sign_in", ""), session.get("csrf_token")
    session.clear()
    session["ended"] = ended  # what another tab still sends is kept for the person who wrote it
    if csrf:
        session["csrf_token"] = csrf  # by which that is told from what another site sends
    for name in ("person", "language"):
        g.pop(name, None)
    response = done(url_for(".login"))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@bp.post("/language")
@everybody
def language() -> Page:
    """Change the language: of the person where someone is signed in, and of this device."""
    chosen = (
        Language(request.form.get("language", ""))
        if request.form.get("language") in {*Language}
        else Language.ARABIC
    )
    if person := person_at_the_door():
        commands.change_language(chosen, by=person)
    g.language = chosen
    response = done(own_path(request.form.get("next")) or url_for("home.index"))
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


@bp.get("/account/")
@allow(*Role)
def account() -> Page:
    return _account_page()


@bp.post("/account/sectors")
@allow(*Role)
def sectors() -> Page:
    known = reference.names().sectors
    chosen = [slug for slug in dict.fromkeys(request.form.getlist("sectors")) if slug in known]
    commands.follow_sectors(chosen, by=current_person())
    say(_("Saved. The home page now begins with these sectors."))
    return done(url_for(".account"))


@bp.get("/account/password")
@everybody
def password() -> Page:
    current_person()
    return _password_page()


@bp.post("/account/password")
@everybody
def choose_password() -> Page:
    person = current_person()
    chosen = request.form.get("new", "")
    try:
        if chosen != request.form.get("again", ""):
            return _password_page("again", _("The two passwords are not the same.")), 422
        commands.choose_password(chosen, by=person, current=request.form.get("current", ""))
    except commands.WrongPassword:
        return _password_page("current", _("This is not your present password.")), 422
    except commands.WeakPassword:
        text = _(
            "Please choose a password of at least %(count)s characters that is not your user name.",
            count=SHORTEST_PASSWORD,
        )
        return _password_page("new", text), 422
    g.pop("person", None)
    say(_("Your password is set. Use it from now on."))
    return done(url_for("home.index"))


@bp.after_app_request
def keep_no_copy_of_ones_own(response: Response) -> Response:
    """Of what is under this address, whoever serves it."""
    if request.path.startswith("/account/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _login_page(*, failed: bool = False) -> str:
    settings = current_app.config["TWINWEB"]
    return render_template(
        "accounts/login.html",
        failed=failed,
        user=request.form.get("user", ""),
        next_page=own_path(request.values.get("next")),
        held=request.values.get("held", ""),
        demo_users=queries.demo_users() if settings.demo else [],
        demo_password=settings.demo_password,
    )


def _account_page() -> str:
    person = current_person()
    return render_template(
        "accounts/account.html",
        user=queries.user(person.id),
        memberships=queries.memberships(person.id),
        names=reference.names(),
    )


def _password_page(field: str = "", problem: str = "") -> str:
    return render_template(
        "accounts/password.html",
        user=queries.user(current_person().id),
        field=field,
        problem=problem,
        shortest=SHORTEST_PASSWORD,
    )


def _go_on() -> Page:
    """To where the person was going; what they sent while signed out is done first."""
    kept = held.take(request.form.get("held", ""), current_person().id)
    return held.send(kept) if kept else done(_next_page())


def _next_page() -> str:
    return own_path(request.values.get("next")) or url_for("home.index")
