"""Signing in and out, one's own account, and the language."""

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from twinweb.accounts import commands, held, passkeys, queries, sign_ins
from twinweb.accounts.coming_in import (
    carried,
    go_on,
    go_on_with_what_was_sent,
    next_page,
    renew_session,
    what_was_sent,
)
from twinweb.accounts.gate import (
    CRITICAL,
    allow,
    current_person,
    everybody,
    person_at_the_door,
    person_with_password_or_code,
    proven,
)
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Language, Role
from twinweb.accounts.secrets import SHORTEST_PASSWORD
from twinweb.accounts.throttle import Paused
from twinweb.accounts.visitors import rp_id, visitor
from twinweb.accounts.words import device, too_easy, wait, wait_for
from twinweb.i18n.arabic import clean
from twinweb.i18n.locale import COOKIE
from twinweb.i18n.phones import as_phone
from twinweb.reference import queries as reference
from twinweb.web.addresses import own_path
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.work import judges_passwords

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(held.arrived)
bp.add_app_template_global(held.waits, "form_that_waits")

Page = str | Response | tuple[str, int]
LONGEST_TYPED = 60
A_YEAR = 365 * 24 * 60 * 60


@bp.get("/login")
@everybody
def login() -> Page:
    if person_at_the_door():
        return redirect(next_page(), code=303)
    return _login_page()


@bp.post("/login")
@everybody
@judges_passwords
def sign_in() -> Page:
    name, password = request.form.get("user", ""), request.form.get("password", "")
    demonstration = current_app.config["TWINWEB"].demo
    try:
        typed = name.strip() and password
        came_in = (
            sign_ins.sign_in(name, password, visitor=visitor(), demonstration=demonstration)
            if typed
            else None
        )
    except Paused as paused:
        return wait_for(paused, _login_page(wait(paused.seconds)))
    if came_in is None:
        return _login_page(_not_fitting()), 422
    return go_on(came_in)


@bp.get("/account/resume")
@allow(*Role)
def resume() -> Page:
    """What was sent while nobody was signed in, before it is done."""
    kept = what_was_sent()
    if kept is None:
        session.pop("waits", None)
        return redirect(next_page(), code=303)
    return render_template("accounts/resume.html", kept=kept, carried=carried())


@bp.post("/account/resume")
@allow(*Role)
def resume_or_drop() -> Page:
    if request.form.get("act") != "drop":
        return go_on_with_what_was_sent() or done(next_page())
    if kept := held.find(request.form.get("held", ""), current_person().id):
        held.drop(kept.token_hash)
    session.pop("waits", None)
    say(_("It was thrown away; nothing was done."))
    return done(next_page())


@bp.get("/account/prove")
@everybody
def prove() -> Page:
    current_person()
    return _prove_page()


@bp.post("/account/prove")
@everybody
@judges_passwords
def prove_again() -> Page:
    person = current_person()
    try:
        renew_session(sign_ins.prove(request.form.get("proof", ""), by=person, visitor=visitor()))
    except Paused as paused:
        return wait_for(paused, _prove_page(wait(paused.seconds)))
    except sign_ins.WrongPassword:
        return _prove_page(_("This is neither your password nor a code that is good now.")), 422
    return go_on_with_what_was_sent() or done(next_page())


@bp.post("/logout")
@everybody
def logout() -> Page:
    if person := person_at_the_door():
        sign_ins.sign_out(by=person)
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


@bp.post("/account/phone")
@allow(*Role)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Changing the phone number"))
def phone() -> Page:
    """One's own phone number, by which one may sign in."""
    typed = clean(request.form.get("phone", ""))[:LONGEST_TYPED]
    number = as_phone(typed)
    if typed and number is None:
        return _account_page(typed, _("Please enter a phone number such as 0750 123 4567.")), 422
    commands.change_phone(number or "", by=current_person())
    say(_("Your phone number is saved."))
    return done(url_for(".account"))


@bp.post("/account/sign-ins/<id:sign_in_id>/end")
@allow(*Role)
def end_sign_in(sign_in_id: int) -> Page:
    sign_ins.end(sign_in_id, by=current_person())
    say(_("That device is signed out."))
    return done(url_for(".account"))


@bp.post("/account/sign-ins/end")
@allow(*Role)
def end_other_sign_ins() -> Page:
    sign_ins.end_others(by=current_person())
    say(_("You are signed out everywhere but here."))
    return done(url_for(".account"))


@bp.get("/account/password")
@everybody
def password() -> Page:
    person_with_password_or_code()
    return _password_page()


@bp.post("/account/password")
@everybody
@judges_passwords
def choose_password() -> Page:
    person = person_with_password_or_code()
    chosen = request.form.get("new", "")
    try:
        if chosen != request.form.get("again", ""):
            return _password_page("again", _("The two passwords are not the same.")), 422
        token = sign_ins.choose_password(chosen, by=person, current=request.form.get("current", ""))
    except sign_ins.WrongPassword:
        return _password_page("current", _("This is not your present password.")), 422
    except sign_ins.WeakPassword:
        return _password_page("new", too_easy()), 422
    renew_session(token)
    say(_("Your password is set. Use it from now on. On other devices you are signed out."))
    return done(next_page())


@bp.after_app_request
def keep_no_copy_of_ones_own(response: Response) -> Response:
    """Of what is under these addresses, whoever serves it."""
    if request.path.startswith(("/account/", "/login/")):
        response.headers["Cache-Control"] = "no-store"
    return response


def _login_page(problem: str = "") -> str:
    settings = current_app.config["TWINWEB"]
    return render_template(
        "accounts/login.html",
        problem=problem,
        user=request.form.get("user", ""),
        carried=carried(),
        has_passkeys=rp_id() is not None,
        demo_users=queries.demo_users() if settings.demo else [],
        demo_password=settings.demo_password,
    )


def _not_fitting() -> str:
    text = _(
        "User name and password do not fit together. Please check both, and the language of your keyboard. "
        "A one-time code opens once: where it was used, ask the administrator for a new one."
    )
    return str(text)


def _prove_page(problem: str = "") -> str:
    return render_template(
        "accounts/prove.html",
        problem=problem,
        carried=carried(),
        kept=what_was_sent(),
        user=queries.user(current_person().id),
        with_code=current_person().second_factor,
        has_passkey=rp_id() is not None and bool(passkeys.of(current_person().id)),
    )


def _account_page(phone: str | None = None, problem: str = "") -> str:
    person = current_person()
    user = queries.user(person.id)
    return render_template(
        "accounts/account.html",
        user=user,
        phone=(user.phone if user else "") if phone is None else phone,
        problem=problem,
        memberships=queries.memberships(person.id),
        sign_ins=queries.open_sign_ins(person),
        device=device,
        names=reference.names(),
    )


def _password_page(field: str = "", problem: str = "") -> str:
    return render_template(
        "accounts/password.html",
        carried=carried(),
        user=queries.user(person_with_password_or_code().id),
        field=field,
        problem=problem,
        shortest=SHORTEST_PASSWORD,
    )
