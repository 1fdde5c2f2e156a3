"""Headers of every answer: what a page may load, and who may keep a copy."""

from http import HTTPStatus

from flask import Flask, Response, current_app, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

CACHE = "private, no-cache"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    @app.after_request
    def harden(response: Response) -> Response:
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            response.headers.setdefault("Cache-Control", CACHE)
            return response  # the copy has the others
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if current_app.config["TWINWEB"].secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", CACHE)
        return response
