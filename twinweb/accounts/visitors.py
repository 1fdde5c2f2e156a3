"""From where a request comes: its address, its browser, and who has signed in with that browser before."""

import secrets
from urllib.parse import urlsplit

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from twinweb.accounts.throttle import Visitor

COOKIE = "known"
LASTS = 180 * 24 * 60 * 60
MOST = 5
"""People who share a browser and are known on it; the first one goes when there is one more."""


def visitor() -> Visitor:
    """The address is that of the connection, or what the trusted proxies say it is (`TWINWEB_PROXIES`)."""
    return Visitor(
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
        devices=_known(),
        all_need_factor=current_app.config["TWINWEB"].second_factor == "everybody",
    )


def remember(response: Response, user_id: int) -> None:
    """This browser is known for this person from now on: others' guesses do not slow them here."""
    known = _known()
    mark = known.pop(user_id, None) or secrets.token_urlsafe(12)
    latest = [*known.items(), (user_id, mark)][-MOST:]
    response.set_cookie(
        COOKIE,
        _signer().dumps(latest),
        max_age=LASTS,
        path="/login",
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def rp_id() -> str | None:
    """The name that passkeys of this site are bound to; None where browsers would not make any."""
    settings = current_app.config["TWINWEB"]
    host = urlsplit(settings.public_url).hostname if settings.secure else request.host.partition(":")[0]
    return host if settings.secure or host == "localhost" else None


def origin() -> str:
    settings = current_app.config["TWINWEB"]
    parts = urlsplit(settings.public_url if settings.secure else request.host_url)
    return f"{parts.scheme}://{parts.netloc}"


def _known() -> dict[int, str]:
    try:
        return dict(_signer().loads(request.cookies.get(COOKIE, "")))
    except (BadSignature, TypeError, ValueError):
        return {}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browsers")
