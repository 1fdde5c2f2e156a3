"""What the program says of itself: a line of JSON for each thing, without what people wrote.

Every sign outside ASCII is escaped, so that no line can be forged by what somebody sends. Addresses are told
by their rule and numbers alone: other parts of them may be secrets.
"""

import json
import logging
import secrets
from datetime import UTC, datetime
from typing import Any, TextIO, cast

from flask import Flask, Response, g, has_request_context, request
from flask.logging import wsgi_errors_stream

NOTED = frozenset({400, 403, 405, 410, 413, 429, 500, 503})
"""Answers that may be the trace of an attack, or of something broken."""
BROKEN = 500

log = logging.getLogger("twinweb.requests")


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        said |= _about_request() if has_request_context() else {}
        said |= getattr(record, "said", {})
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def request_id() -> str:
    """Stands in each line of this request, and on its page where something went wrong."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    number: str = g.request_id
    return number


def because(why: str) -> None:
    """Note in the line of this request why it was refused."""
    g.refused_because = why


def init_app(app: Flask) -> None:
    settings = app.config["TWINWEB"]
    handler = logging.StreamHandler(cast("TextIO", wsgi_errors_stream))
    handler.setFormatter(Lines())
    app.logger.handlers[:] = [handler]
    quiet = settings.demo or settings.testing
    app.logger.setLevel(logging.WARNING if quiet else logging.INFO)
    app.after_request(_note)
    app.add_template_global(request_id)
    app.jinja_env.globals["noted"] = NOTED


def _note(response: Response) -> Response:
    status = response.status_code
    if status in NOTED:
        response.headers["X-Request-ID"] = request_id()  # for scripts, which show no page
        level = logging.ERROR if status >= BROKEN else logging.WARNING
        log.log(level, "refused", extra={"said": {"status": status, "because": g.get("refused_because", "")}})
    return response


def _about_request() -> dict[str, Any]:
    numbers = {name: one for name, one in (request.view_args or {}).items() if isinstance(one, int)}
    return {
        "request": request_id(),
        "method": request.method,
        "rule": request.url_rule.rule if request.url_rule else "",
        "numbers": numbers,
        "address": request.remote_addr or "",
        "person": getattr(g.get("person"), "id", None),
    }
