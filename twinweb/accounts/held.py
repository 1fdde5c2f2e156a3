"""What somebody sent after their sign-in had ended: kept for that person, shown to them, then done.

Somebody else at the same computer may have sent it. So nothing of it is done before the person of that
sign-in is back, has seen it, and has pressed a button. The text stays on the server: a slow line need not
carry it twice, and the sign-in page shows none of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete, select
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import EnvironBuilder

from twinweb import audit, clock
from twinweb.accounts.models import LONGEST_PATH, HeldForm, SignIn
from twinweb.accounts.secrets import hash_token, new_token
from twinweb.db import db, transaction
from twinweb.web.forms import EntryForm, empty_in, said_in

KEPT = timedelta(days=1)
LARGEST = 1024 * 1024
"""Characters of all fields together."""
MOST_FIELDS = 5_000
"""More than any form of ours has; each is a line of the page on which it is shown."""
HIDDEN = frozenset({"csrf_token", "key", "revision", "seen", "typed", "page", "whole", "act", "next", "held"})
"""Fields that nobody types."""

View = TypeVar("View", bound=Callable[..., Any])
Fields = MultiDict[str, str]
Called = tuple[object, Callable[[str], str]]
NOTHING: Mapping[str, Called] = {}


class AfterSignOut(StrEnum):
    """What is sent from a browser whose person has signed out there themselves."""

    KEPT = "kept"
    """Texts of an office: it may have been open in another tab."""
    REFUSED = "refused"
    """What decides on others' work, on accounts, or on how one comes in."""


@dataclass(frozen=True, slots=True)
class Resumable:
    """How a view's form is kept, and what is said of it."""

    after_sign_out: AfterSignOut
    words: object
    """The act, in the language of the page."""
    form: Callable[..., EntryForm] | None = None
    """Makes the form again from its fields and the arguments of the view, for labels and words of choices."""
    called: Mapping[str, Called] = field(default_factory=dict)
    """By the names of fields that hold the id of something: their label, and how to find its name."""
    other_acts: Mapping[str, object] = field(default_factory=dict)
    """What it does where another button was pressed, by the value of `act`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form that waits, as its person reads it before it is done."""

    token: str
    words: str
    page: str
    """The address of the page that it was sent from, or near it."""
    at: datetime
    texts: list[tuple[str, str]]
    """Label, which may be empty, and what was typed or chosen."""
    empty: list[str]
    """Labels of fields in which nothing stood: it may take away what stands there now."""


def resumable(
    after_sign_out: AfterSignOut,
    words: object,
    form: Callable[..., EntryForm] | None = None,
    called: Mapping[str, Called] = NOTHING,
    **other_acts: object,
) -> Callable[[View], View]:
    """Keep what is sent here after the sign-in has ended. Stands below `allow`; never where a password is."""

    def mark(view: View) -> View:
        view.__resumable__ = Resumable(after_sign_out, words, form, called, other_acts)  # type: ignore[attr-defined]
        return view

    return mark


def keep() -> str | None:
    """Keep what this request sends, for the person whose sign-in has ended or who must prove who they are.

    The token to find it by; None where it is not kept. Files are not: they are chosen again.
    """
    former = session.get("sign_in") or session.get("ended", "")
    query = select(SignIn).where(SignIn.token_hash == hash_token(former))
    ended = db.session.scalars(query).one_or_none()
    fields = {name: texts for name, texts in request.form.lists() if name != "csrf_token"}
    size = sum(len(text) for texts in fields.values() for text in texts)
    number = sum(map(len, fields.values()))
    if any(file.filename for file in request.files.values()) or ended is None:
        return None
    if not _may_wait() or size > LARGEST or number > MOST_FIELDS:
        return None
    token, now = new_token(), clock.now()
    with transaction() as kept:
        old = (HeldForm.at < now - KEPT) | (HeldForm.sign_in_id == ended.id)
        kept.execute(delete(HeldForm).where(old))
        kept.add(
            HeldForm(
                token_hash=hash_token(token),
                sign_in_id=ended.id,
                user_id=ended.user_id,
                path=request.path,
                fields=fields,
                at=now,
            )
        )
    return token


def find(token: str, user_id: int) -> HeldForm | None:
    """What waits under this token, if it is this person's."""
    form = db.session.get(HeldForm, hash_token(token)) if token else None
    is_theirs = form and form.user_id == user_id and form.at >= clock.now() - KEPT
    return form if is_theirs else None


def drop(token_hash: str) -> None:
    """Keep it no longer."""
    with transaction() as kept:
        kept.execute(delete(HeldForm).where(HeldForm.token_hash == token_hash))


def show(token: str, user_id: int) -> Shown | None:
    """The same, as its person reads it."""
    form = find(token, user_id)
    if form is None:
        return None
    endpoint, arguments = current_app.create_url_adapter(request).match(form.path, method="POST")  # type: ignore[union-attr]
    how, fields = _resumable(endpoint), _fields(form)
    if how is None:
        return None
    made = how.form(fields, **arguments) if how.form else None
    texts = [*(said_in(made) if made else ()), *_unnamed(fields, made, how.called)]
    empty = [*empty_in(made)] if made else []
    words = how.other_acts.get(fields.get("act", ""), how.words)
    return Shown(token, str(words), form.path.rpartition("/")[0], form.at, texts, empty)


def send(form: HeldForm) -> Response:
    """Do what was sent, as the person who has just signed in: the answer is what they would have got.

    What is refused, or fails, goes on waiting: its key holds that it is done once, however often it is sent.
    """
    token_hash, fields = form.token_hash, _fields(form)
    fields["csrf_token"] = generate_csrf()
    cookie = f"{current_app.config['SESSION_COOKIE_NAME']}={_cookie()}"
    builder = EnvironBuilder(
        method="POST",
        path=form.path,
        data=fields,
        base_url=request.host_url,
        headers=Headers([("Cookie", cookie)]),
    )
    g.pop("person", None)
    audit.forget_acts()  # a proof is one
    with current_app.request_context(builder.get_environ()):
        answer = current_app.full_dispatch_request()
        after = dict(session)
    session.update(after)
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        drop(token_hash)
        session.pop("waits", None)
        session["arrived"] = fields.get("key", "")
    return answer


def waits() -> str:
    """The token of what this person was shown after signing in, and has neither done nor thrown away."""
    return str(session.get("waits", ""))


def arrived() -> str:
    """The key of what has just been sent so: the copy of it on the device is needless now."""
    return str(session.pop("arrived")) if "arrived" in session else ""


def _may_wait() -> bool:
    how = _resumable(request.endpoint or "")
    has_signed_out = "sign_in" not in session
    if len(request.path) > LONGEST_PATH or not request.path.isprintable():  # no page of ours has such
        return False
    return how is not None and not (has_signed_out and how.after_sign_out is AfterSignOut.REFUSED)


def _resumable(endpoint: str) -> Resumable | None:
    return getattr(current_app.view_functions.get(endpoint), "__resumable__", None)


def _fields(form: HeldForm) -> Fields:
    return MultiDict((name, text) for name, texts in form.fields.items() for text in texts)


def _unnamed(
    fields: Fields, made: EntryForm | None, called: Mapping[str, Called]
) -> Iterator[tuple[str, str]]:
    """Whatever else stood there: nothing is done unseen."""
    known = {*HIDDEN, *(field.name for field in made or ())}
    for name, text in fields.items(multi=True):
        if text and known.isdisjoint({name, name.partition("-")[0]}):
            label, find = called.get(name, ("", str))
            yield str(label), find(text)


def _cookie() -> str:
    """The session of this very answer, as the browser will send it from now on."""
    interface = current_app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)  # noqa: S101  Flask's own, for the types
    serializer = interface.get_signing_serializer(current_app)
    assert serializer is not None  # noqa: S101  there is a secret key
    return str(serializer.dumps(dict(session)))
