"""From the sign-in page on to where the person was going, and what comes with it."""

from secrets import token_urlsafe
from typing import Any

from flask import current_app, g, make_response, request, session, url_for
from werkzeug.wrappers import Response

from twinweb.accounts import held, queries, visitors
from twinweb.accounts.gate import current_person, is_due, lacks_factor, person_with_password_or_code
from twinweb.accounts.sign_ins import CameIn
from twinweb.web.addresses import own_path
from twinweb.web.first_sheet import remember_sheet
from twinweb.web.htmx import done


def go_on(came_in: CameIn) -> Response:
    """On to where the person was going, or to the second step, which takes along what is carried."""
    if came_in.half:
        session["half"] = came_in.token
        response = done(url_for("factors.second_step", **carried()))
    else:
        _open_session(came_in)
        response = make_response(_first_page())
        visitors.remember(response, came_in.user_id)
    remember_sheet(current_app.make_response(response))
    return response


def carried() -> dict[str, Any]:
    """What the forms of signing in take along: where to go, and what was sent while signed out."""
    found = {"next": own_path(request.values.get("next")), "held": request.values.get("held")}
    return {name: text for name, text in found.items() if text}


def next_page() -> str:
    return own_path(request.values.get("next")) or url_for("home.index")


def go_on_with_what_was_sent() -> Response | None:
    """The answer to what was sent while signed out, which its person has seen by now and does now."""
    kept = held.find(request.form.get("held", ""), current_person().id)
    return held.send(kept) if kept else None


def what_was_sent() -> held.Shown | None:
    """What waits to be done, for the person who sent it to see."""
    return held.show(request.values.get("held", ""), current_person().id)


def renew_session(token: str) -> None:
    """The same session under a new token."""
    session["sign_in"] = token
    g.pop("person", None)


def _open_session(came_in: CameIn) -> None:
    former, csrf = session.get("sign_in") or session.get("ended", ""), session.get("csrf_token")
    session.clear()
    session["sign_in"] = came_in.token
    same = csrf and queries.are_of_one_person(former, came_in.token)
    # What the same person has open in another tab can still be sent. A new one goes with the cookie that is
    # sent anyway, and has 128 bits: Flask-WTF's own would add 50 bytes to every form that is sent.
    session["csrf_token"] = csrf if same else token_urlsafe(16)
    g.pop("person", None)
    g.pop("csrf_token", None)


def _first_page() -> Response:
    person = person_with_password_or_code()
    onward = next_page()
    token = request.form.get("held", "")
    if held.find(token, person.id):
        session["waits"] = token  # the way back to it, for who goes elsewhere first
        onward = url_for("accounts.resume", held=token, next=request.form.get("next"))
    if person.must_choose_password:
        return done(url_for("accounts.password", next=onward))
    if lacks_factor(person) and not is_due(person):
        return done(url_for("factors.second_factor", next=onward))  # now or later
    return done(onward)
