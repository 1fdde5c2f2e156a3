"""What somebody sent after their sign-in had ended: kept for that person alone, and done once they are back.

The text stays on the server: a slow line need not carry it twice, and the sign-in page shows none of it.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from flask import Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete, select
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import EnvironBuilder

from twinweb import clock
from twinweb.accounts.models import HeldForm, SignIn
from twinweb.accounts.secrets import hash_token, new_token
from twinweb.db import db, transaction

KEPT = timedelta(days=1)
WRITING = frozenset({"pages", "review", "admin", "inbox", "accounts.phone"})
"""Blueprints and endpoints whose forms are kept: texts, reasons, roles and addresses, never a password."""
LARGEST = 1024 * 1024
"""Characters of all fields together."""


def keep() -> str | None:
    """Keep what this request sends, for the person whose sign-in has ended or who must prove who they are.

    The token to find it by. Files are not kept: they are chosen again.
    """
    former = session.get("sign_in") or session.get("ended", "")
    query = select(SignIn).where(SignIn.token_hash == hash_token(former))
    ended = db.session.scalars(query).one_or_none()
    fields = {name: texts for name, texts in request.form.lists() if name != "csrf_token"}
    size = sum(len(text) for texts in fields.values() for text in texts)
    if any(file.filename for file in request.files.values()) or ended is None:
        return None
    if WRITING.isdisjoint({request.blueprint, request.endpoint}) or size > LARGEST:
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


def take(token: str, user_id: int) -> HeldForm | None:
    """What is kept under this token, if it is this person's; it is kept no longer then."""
    if not token:
        return None
    with transaction() as kept:
        found = kept.get(HeldForm, hash_token(token))
        if found is None or found.user_id != user_id or found.at < clock.now() - KEPT:
            return None
        kept.delete(found)
    return found


def send(form: HeldForm) -> Response:
    """Do what was sent, as the person who has just signed in: the answer is what they would have got."""
    fields: MultiDict[str, str] = MultiDict(_pairs(form.fields))
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
    with current_app.request_context(builder.get_environ()):
        answer = current_app.full_dispatch_request()
        after = dict(session)
    session.update(after)
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        session["arrived"] = form.fields.get("key", [""])[0]
    return answer


def arrived() -> str:
    """The key of what has just been sent so: the copy of it on the device is needless now."""
    return str(session.pop("arrived")) if "arrived" in session else ""


def _pairs(fields: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in fields.items() for text in texts]


def _cookie() -> str:
    """The session of this very answer, as the browser will send it from now on."""
    interface = current_app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)  # noqa: S101  Flask's own, for the types
    serializer = interface.get_signing_serializer(current_app)
    assert serializer is not None  # noqa: S101  there is a secret key
    return str(serializer.dumps(dict(session)))
