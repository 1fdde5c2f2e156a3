"""Headers of every answer: what a page may load, and who may keep a copy."""

from http import HTTPStatus
from wsgiref.headers import Headers

from flask import Flask, Response, current_app, g

from twinweb.web.htmx import is_htmx

REPORTS = "/csp"
"""Where browsers send word of what the policy has stopped."""
CSP = (
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';"
    f"form-action 'self';base-uri 'none';frame-ancestors 'none';report-uri {REPORTS}"
)

SENDS_ON = range(300, 400)
CACHE = "private, no-cache"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
}
OF_DOCUMENTS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "same-origin",
}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
OF_DOCUMENTS_OVER_HTTPS = {"Cross-Origin-Opener-Policy": "same-origin"}
"""What governs a page as a whole says nothing to a part that is put into one, and no link asks for a part. An
answer that sends the browser on shows nothing, and leads to a page of ours, which says it. On plain HTTP
browsers heed neither of the last two."""


def init_app(app: Flask) -> None:
    app.after_request(_harden)


def harden_file(headers: Headers, _path: str, _url: str) -> None:
    """Static files never pass through views."""
    headers["X-Content-Type-Options"] = HEADERS["X-Content-Type-Options"]


def _harden(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", CACHE)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response  # the copy has the others
    sends_on = response.status_code in SENDS_ON
    if sends_on:
        response.set_data(b"")
    for name, value in _headers(is_document=not (sends_on or is_htmx())).items():
        response.headers.setdefault(name, value)
    return response


def _headers(*, is_document: bool) -> dict[str, str]:
    headers = HEADERS | OF_DOCUMENTS if is_document else dict(HEADERS)
    if is_document and (sheet := g.get("sheet_hash")):
        headers["Content-Security-Policy"] = CSP.replace("style-src 'self'", f"style-src 'self' '{sheet}'")
    if current_app.config["TWINWEB"].secure:
        headers |= OVER_HTTPS | OF_DOCUMENTS_OVER_HTTPS if is_document else OVER_HTTPS
    return headers
