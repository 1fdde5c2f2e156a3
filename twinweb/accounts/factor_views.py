"""The second step of signing in: setting it up, passing it, and what takes its place."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from twinweb.accounts import factors, passkeys, queries, sign_ins
from twinweb.accounts.coming_in import carried, go_on, next_page
from twinweb.accounts.gate import CRITICAL, OWN, current_person, everybody, is_due, lacks_factor, proven
from twinweb.accounts.models import SignIn
from twinweb.accounts.throttle import Paused
from twinweb.accounts.visitors import rp_id, visitor
from twinweb.accounts.words import wait, wait_for
from twinweb.web.htmx import done
from twinweb.web.notices import say

bp = Blueprint("factors", __name__)

Page = str | Response | tuple[str, int]


@bp.get("/login/second")
@everybody
def second_step() -> Page:
    return _second_page() if _half() else redirect(_login(), code=303)


@bp.post("/login/second")
@everybody
def pass_second_step() -> Page:
    try:
        came_in = sign_ins.second_step(
            session.get("half", ""), request.form.get("code", ""), visitor=visitor()
        )
    except sign_ins.NoSuchSignIn:
        return done(_login())
    except Paused as paused:
        return wait_for(paused, _second_page(wait(paused.seconds)))
    if came_in is None:
        problem = _("This code is not good now, or was used before. Please wait for the next one.")
        return _second_page(problem), 422
    return go_on(came_in)


@bp.get("/account/second-factor")
@everybody
@proven(OWN)
def second_factor() -> Page:
    return _factor_page()


@bp.post("/account/second-factor")
@everybody
@proven(CRITICAL)
def set_up() -> Page:
    try:
        codes = factors.set_up(request.form.get("code", ""), by=current_person())
    except factors.WrongCode:
        problem = _("This code does not fit. Please check the clock of your phone, and type the newest code.")
        return _factor_page(problem), 422
    return codes_page(codes)


@bp.post("/account/second-factor/codes")
@everybody
@proven(CRITICAL)
def recovery_codes() -> Page:
    if not current_person().second_factor:
        return done(url_for(".second_factor"))
    return codes_page(factors.renew_recovery_codes(by=current_person()))


@bp.post("/account/second-factor/remove")
@everybody
@proven(CRITICAL)
def remove() -> Page:
    factors.remove_authenticator(by=current_person())
    say(_("The authenticator is taken off."))
    return done(url_for(".second_factor"))


def codes_page(codes: list[str]) -> str:
    """Shown once, to be printed. No address leads to it again."""
    return render_template("accounts/recovery_codes.html", codes=codes, next_page=next_page())


def _factor_page(problem: str = "") -> str:
    person = current_person()
    user, seed = queries.user(person.id), factors.new_seed(person)
    return render_template(
        "accounts/second_factor.html",
        problem=problem,
        user=user,
        authenticator=factors.authenticator(person.id),
        codes_left=factors.recovery_codes_left(person.id),
        passkeys=passkeys.of(person.id),
        passkey_site=rp_id(),
        needed=lacks_factor(person),
        due=is_due(person),
        days=factors.GRACE // timedelta(days=1),
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        qr=_qr(factors.address_of(seed, user.username)) if user else "",
        carried=carried(),
        next_page=next_page(),
    )


def _second_page(problem: str = "") -> str:
    half = _half()
    return render_template(
        "accounts/second_step.html",
        problem=problem,
        carried=carried(),
        has_passkey=half is not None and rp_id() is not None and bool(passkeys.of(half.user_id)),
    )


def _half() -> SignIn | None:
    return queries.half_sign_in(session.get("half", ""))


def _login() -> str:
    return url_for("accounts.login", **carried())


def _qr(text: str) -> str:
    """As an address of a picture, dark on light whatever the page is."""
    import segno  # noqa: PLC0415  it weighs a megabyte in each worker

    return segno.make_qr(text, error="l").svg_data_uri(scale=5, dark="#000", light="#fff", xmldecl=False)
