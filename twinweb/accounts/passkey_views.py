"""Passkeys: where they are registered, and where they open something. Only these pages need a script."""

from flask import abort, current_app, render_template, request, session, url_for
from flask_babel import gettext as _

from twinweb.accounts import passkeys, queries
from twinweb.accounts.coming_in import (
    carried,
    go_on,
    go_on_with_what_was_sent,
    next_page,
    renew_session,
    what_was_sent,
)
from twinweb.accounts.factor_views import Page, bp, codes_page
from twinweb.accounts.gate import CRITICAL, OWN, current_person, everybody, proven
from twinweb.accounts.passkeys import NOBODY, REGISTER, USE, Answer, Site, WrongPasskey
from twinweb.accounts.visitors import origin, rp_id, visitor
from twinweb.i18n.arabic import clean
from twinweb.web.htmx import done
from twinweb.web.notices import say

__all__ = ["bp"]


@bp.get("/account/passkey")
@everybody
@proven(OWN)
def new_passkey() -> Page:
    current_person()
    return _new_page()


@bp.post("/account/passkey")
@everybody
@proven(CRITICAL)
def add_passkey() -> Page:
    name = clean(request.form.get("name", "")) or _("Passkey")
    try:
        codes = passkeys.register(_answer(), _site(), name, by=current_person())
    except passkeys.EnoughPasskeys:
        return _new_page(_("You have ten passkeys. Please take one off to add another.")), 422
    except WrongPasskey:
        return _new_page(_not_fitting()), 422
    say(_("The passkey is added."))
    return codes_page(codes) if codes else done(url_for(".second_factor"))


@bp.post("/account/passkey/<id:passkey_id>/remove")
@everybody
@proven(CRITICAL)
def remove_passkey(passkey_id: int) -> Page:
    passkeys.remove(passkey_id, by=current_person())
    say(_("The passkey is taken off."))
    return done(url_for(".second_factor"))


@bp.get("/login/passkey")
@everybody
def passkey() -> Page:
    return _use_page()


@bp.post("/login/passkey")
@everybody
def use_passkey() -> Page:
    """To come in, to pass the second step, or to prove again who one is: as the page was for."""
    try:
        return _used(request.form.get("purpose", ""))
    except WrongPasskey:
        return _use_page(_not_fitting()), 422


def _used(purpose: str) -> Page:
    if purpose == "prove":
        renew_session(passkeys.prove(_answer(), _site(), by=current_person()))
        return go_on_with_what_was_sent() or done(next_page())
    if purpose == "second":
        return go_on(passkeys.second_step(session.get("half", ""), _answer(), _site()))
    demonstration = current_app.config["TWINWEB"].demo
    return go_on(passkeys.sign_in(_answer(), _site(), visitor=visitor(), demonstration=demonstration))


def _new_page(problem: str = "") -> str:
    person = current_person()
    challenge = passkeys.challenge(REGISTER, person.id)
    return render_template(
        "accounts/passkey_new.html",
        problem=problem,
        challenge=challenge,
        options=passkeys.options_to_register(challenge, _site(), person),
    )


def _use_page(problem: str = "") -> str:
    purpose = request.values.get("purpose", "")
    whose = _whose(purpose)
    challenge = passkeys.challenge(USE, whose)
    return render_template(
        "accounts/passkey.html",
        problem=problem,
        purpose=purpose,
        challenge=challenge,
        options=passkeys.options_to_use(challenge, _site(), whose),
        kept=what_was_sent() if purpose == "prove" else None,
        carried=carried(),
    )


def _whose(purpose: str) -> int:
    if purpose == "prove":
        return current_person().id
    half = queries.half_sign_in(session.get("half", ""))
    return half.user_id if half and purpose == "second" else NOBODY


def _answer() -> Answer:
    return Answer(request.form.get("challenge", ""), request.form.get("credential", ""))


def _site() -> Site:
    """Nothing of this exists where browsers would make no passkeys."""
    name = rp_id() or abort(404)
    return Site(name, origin())


def _not_fitting() -> str:
    return str(
        _("That did not work: the passkey does not belong here, or it took too long. Please try again.")
    )
