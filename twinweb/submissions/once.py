"""Every POST that carries a key is done once; the same sent again gets the same answer."""

import hashlib
import re
import secrets
import time
from dataclasses import replace

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from twinweb.accounts.gate import person_at_the_door
from twinweb.db import db, let_go, witnessed_by
from twinweb.submissions.attempts import AlreadySent, Attempt, Overtaken
from twinweb.submissions.models import RUN_AGAIN, Submission
from twinweb.web.htmx import done
from twinweb.web.notices import say

KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
PATIENCE = 12
"""Quarters of a second that the same sent twice at once waits for the answer of the first."""
CHANGES = frozenset({"csrf_token", "key"})
PIECES = "keeping"
"""Whose pieces of a draft do no harm twice; only the first, which opens an entry, is done once."""
ALWAYS = frozenset({"accounts", "factors"})
"""Whose acts do no harm twice and are done from an old page too: who signs out is signed out."""


def form_key() -> str:
    """A key for one form on one page."""
    return secrets.token_urlsafe(15)


def attempt() -> Attempt | None:
    """The attempt that this request is, if it carries a key and somebody is signed in."""
    if request.method != "POST" or request.blueprint in ALWAYS:
        return None
    person, key = person_at_the_door(), request.form.get("key", "")
    piece = request.blueprint == PIECES
    if person is None or not KEY.fullmatch(key) or (piece and (request.view_args or {})["entry_id"]):
        return None
    return Attempt(person.id, key, _digest(), location=RUN_AGAIN if piece else None)


def form_of_person() -> str:
    """The form that this request comes from, by its key; nothing where it has none."""
    person, key = person_at_the_door(), request.form.get("key", "")
    return f"{person.id}:{key}" if person and KEY.fullmatch(key) else ""


def opened(thing: str) -> int | None:
    """The id of what an earlier sending of this very form has opened: changed content edits that one."""
    this = attempt()
    return this.opened(thing) if this else None


def _digest() -> str:
    sent = sorted((name, text) for name, text in request.form.items(multi=True) if name not in CHANGES)
    return hashlib.sha256(repr((request.path, sent, _files())).encode()).hexdigest()


def _files() -> list[tuple[str, str, str]]:
    """What files a form carries: another file under the same key is another content.

    From the beginning: where the request is judged anew, they were read before.
    """
    found = []
    for field, file in request.files.items(multi=True):
        file.stream.seek(0)
        found.append((field, file.filename or "", hashlib.sha256(file.stream.read()).hexdigest()))
        file.stream.seek(0)
    return found


def _again(former: Submission) -> AnyResponse:
    """The answer of the first time; where it was lost with the process, a word that it was done."""
    if former.location:
        return done(former.location)
    say(_("This had been sent before and is done; nothing was done twice."))
    return done(url_for("home.index"))


def _wait_for_twin(error: AlreadySent) -> AnyResponse:
    """The answer of the twin that was quicker; where that was refused, the refusal in its own words."""
    former = _answered_twin()
    if former and former.location == RUN_AGAIN:
        return run_again(error)
    return _again(former) if former else done(url_for("home.index"))


def run_again(_error: Exception) -> AnyResponse:
    """Judge the request again by what stands now, as nothing of it was done."""
    let_go()
    for name in ("person", "attempt"):
        g.pop(name, None)
    witnessed_by(None)
    return current_app.full_dispatch_request()


def _answered_twin() -> Submission | None:
    """The twin with its answer, or without after some patience."""
    this, former = attempt(), None
    for _pause in range(PATIENCE if this else 0):
        db.session.rollback()
        former = this.found() if this else None
        if former and former.location is not None:
            break
        time.sleep(0.25)
    return former


def _answer_again() -> AnyResponse | None:
    """Before the view: the answer of the first time, or the note that this is one."""
    this = attempt()
    if this is None:
        return None
    former = this.found()
    if former and former.location:
        return _again(former)
    g.attempt = this = replace(this, before=this.sent_before())
    witnessed_by(this)
    return None


def _remember(response: Response) -> Response:
    """After the view: where the person was led, if anything was done."""
    if request.method != "POST":
        return response  # the page that a POST goes on to is answered within it
    this: Attempt | None = g.pop("attempt", None)
    if this and witnessed_by(None) is None:
        _note_answer(this, response)
    return response


def _note_answer(this: Attempt, response: Response) -> None:
    """What was done is done: where its answer cannot be noted, the same sent again hears that it was."""
    try:
        this.answered(_location(response))
    except SQLAlchemyError:
        let_go()
        current_app.logger.exception("the answer was not noted")


def _forget(_error: BaseException | None) -> None:
    if request.method == "POST":
        witnessed_by(None)


def _hidden_key() -> Markup:
    """For a form whose key names what it will open, so that no two copies of the page may share it."""
    g.opens_once = True
    return _hidden_act_key()


def _hidden_act_key() -> Markup:
    """For an act on what the page shows: done by one copy of the page, it is done."""
    return Markup('<input type="hidden" name="key" value="{}">').format(form_key())


def init_app(app: Flask) -> None:
    app.before_request(_answer_again)
    app.after_request(_remember)
    app.teardown_request(_forget)
    app.register_error_handler(AlreadySent, _wait_for_twin)
    app.register_error_handler(Overtaken, run_again)
    app.add_template_global(_hidden_key, "key")
    app.add_template_global(_hidden_act_key, "act_key")


def _location(response: Response) -> str:
    if response.status_code >= 400 or response.mimetype == "application/json":  # noqa: PLR2004  refused
        return RUN_AGAIN
    headers = response.headers
    return response.location or headers.get("HX-Push-Url") or headers.get("HX-Replace-Url") or request.path
