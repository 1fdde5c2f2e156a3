"""Copies of pages that a browser keeps: asked for again, they are answered 304 while nothing has changed.

A page is what it is by who reads it, what the register says, and what time it is. All three are known before
a view runs. The first two come with the sign-in, in its statement: every command leaves an audit event, and
what changes without one (drafts by autosave, notices by being read) is asked for beside it. Until when the
page is good stands in its tag.
"""

import hashlib
import re
from datetime import UTC, datetime
from functools import cache

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.http import quote_etag

from twinweb import clock
from twinweb.accounts import gate
from twinweb.config import ROOT
from twinweb.entries import queries
from twinweb.i18n.locale import chosen_language
from twinweb.kinds import KINDS
from twinweb.notices import queries as notices
from twinweb.web.htmx import VARY, WITHIN, is_htmx, wanted_region

NEVER = "9999999999"
LASTING = frozenset({"sign_in", "csrf_token"})
"""What a session holds as long as it lasts; anything else in it is said on one page, once."""


def _answer_unchanged() -> Response | None:
    """Before the view: 304 where the browser's copy is what the view would say."""
    g.pop("copy", None)
    clock.watched_by(None)
    if not _may_be_kept():
        return None
    g.copy = _fingerprint()
    if _is_good(request.headers.get("If-None-Match", ""), g.copy):
        return _unchanged()
    g.watch = clock.Watch()
    clock.watched_by(g.watch)
    return None


def _unchanged() -> Response:
    """Only what differs from the copy: the browser has the other headers with it."""
    answer = current_app.response_class(status=304)
    del answer.headers["Content-Type"]
    answer.headers["ETag"] = request.headers["If-None-Match"]
    answer.vary.update(VARY)
    return answer


def _tag(response: Response) -> Response:
    """After the view: what this page is known by, if it may be kept."""
    clock.watched_by(None)
    if response.status_code == 200 and _is_repeatable(response):  # noqa: PLR2004  a page
        until = g.watch.good_until
        if until is None or until > clock.now():
            moment = str(int(until.timestamp())) if until else NEVER
            response.headers["ETag"] = quote_etag(f"{g.copy}-{moment}", weak=True)
    return response


def _may_be_kept() -> bool:
    """What somebody signed in asks to read; nothing that has a word to say once."""
    asked = request.method == "GET" and WITHIN not in request.environ
    return asked and gate.person_at_the_door() is not None and session.keys() <= LASTING


def _is_repeatable(response: Response) -> bool:
    """Not a form whose key names what it will open, nor what asked to be kept by nobody."""
    kept = "no-store" not in response.headers.get("Cache-Control", "")
    of_text = response.mimetype in ("text/html", "text/plain")
    return "copy" in g and "watch" in g and kept and of_text and not g.get("opens_once")


def _fingerprint() -> str:
    """Everything that a page depends on but the time. The token of its forms is that of the sign-in."""
    generate_csrf()
    known = (
        _build(),
        current_app.config["TWINWEB"].help_contact,
        g.known_by,
        session["csrf_token"],
        chosen_language(),
        (is_htmx(), wanted_region()),
        request.full_path,
        request.headers.get("Save-Data", ""),
    )
    return hashlib.sha256(repr(known).encode()).hexdigest()[:20]


def _is_good(tag: str, fingerprint: str) -> bool:
    """Whether this is the tag of the page as it stands, and its time is not over."""
    ours = re.fullmatch(rf'W/"{fingerprint}-([0-9]{{10}})"', tag)
    return ours is not None and not clock.has_passed(datetime.fromtimestamp(int(ours[1]), UTC))


@cache
def _build() -> str:
    """Of everything that pages are made by: another release says it in other words."""
    digest = hashlib.sha256()
    for folder, pattern in (
        ("twinweb", "*.py"),
        ("twinweb", "*.mo"),
        ("templates", "*.html"),
        ("static", "*.*s"),
    ):
        for path in sorted((ROOT / folder).rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def init_app(app: Flask) -> None:
    _build()
    gate.asked_beside[:] = [
        queries.readable_drafts(KINDS),
        notices.last_read(),
    ]
    app.before_request(_answer_unchanged)
    app.after_request(_tag)
