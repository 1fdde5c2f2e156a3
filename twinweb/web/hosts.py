"""The names that this site may be called by: links of pages and mails must lead nowhere else.

Werkzeug's own check (`TRUSTED_HOSTS`) knows no IPv6 address and minds capital letters.
"""

from collections.abc import Collection
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError

PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by proxies, which call each machine by its own name; what they answer leads nowhere."""


def init_app(app: Flask) -> None:
    app.before_request(partial(_refuse_other_names, app.config["TWINWEB"].hosts()))


def _refuse_other_names(known: Collection[str]) -> None:
    """Before anything else is asked. What is no name at all, Werkzeug gives as an empty one."""
    if request.path not in PROBES and urlsplit(f"//{request.host}").hostname not in known:
        raise SecurityError
